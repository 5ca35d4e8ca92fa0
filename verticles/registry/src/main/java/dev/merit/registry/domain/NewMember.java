package dev.merit.registry.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.registry.RegistryRequest.MemberFields;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A member that is about to be stored.
 *
 * @param email null for an anonymous member
 */
public record NewMember(@Nullable String email, MemberProfile profile) {
    private static final int EMAIL_MAX = 254;
    /** Enough to catch a slip; whether the address exists only a letter can tell. */
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");

    /** The wish trimmed and its e-mail in lower case, or every bad field. */
    public static Checked<NewMember> of(MemberFields wish) {
        var errors = new FieldErrors();
        String email = wish.email() == null ? null : wish.email().strip().toLowerCase(Locale.ROOT);
        if (email != null) {
            errors.require(EMAIL.matcher(email).matches(), "email", "must be an e-mail address");
            errors.require(email.length() <= EMAIL_MAX, "email", "must have at most " + EMAIL_MAX + " characters");
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
