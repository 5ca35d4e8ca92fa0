package dev.merit.registry.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.registry.RegistryRequest.MemberFields;
import org.jspecify.annotations.Nullable;

/**
 * A member that is about to be stored.
 *
 * @param email null for an anonymous member
 */
public record NewMember(@Nullable String email, MemberProfile profile) {
    /** The wish trimmed and its e-mail in lower case, or every bad field. */
    public static Checked<NewMember> of(MemberFields wish) {
        var errors = new FieldErrors();
        String email = wish.email() == null ? null : Emails.normal(wish.email());
        if (email != null) {
            Emails.check("email", email, errors);
        }
        var profile = new MemberProfile(wish.name(), wish.locale(), wish.currency(), wish.timeZone(), true);
        return switch (profile.checked(errors)) {
            case Checked.Valid<MemberProfile>(MemberProfile valid) -> new Checked.Valid<>(new NewMember(email, valid));
            case Checked.Refused<MemberProfile>(var problem) -> new Checked.Refused<>(problem);
        };
    }

    public boolean isAnonymous() {
        return email == null;
    }
}
