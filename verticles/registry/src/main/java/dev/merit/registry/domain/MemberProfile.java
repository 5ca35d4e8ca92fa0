package dev.merit.registry.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import org.jspecify.annotations.Nullable;

/** What can be changed of a member. The e-mail is not among it: that takes proof that it is theirs. */
public record MemberProfile(
        @Nullable String name,
        @Nullable String locale,
        @Nullable String currency,
        @Nullable String timeZone,
        boolean isActive) {
    private static final int NAME_MAX = 255;

    /** The profile trimmed, or every bad field. */
    public Checked<MemberProfile> checked() {
        return checked(new FieldErrors());
    }

    /** The same, together with what else is wrong. */
    Checked<MemberProfile> checked(FieldErrors errors) {
        String newName = Texts.strippedOrNull(name);
        String newLocale = Texts.strippedOrNull(locale);
        String newCurrency = Texts.strippedOrNull(currency);
        String newZone = Texts.strippedOrNull(timeZone);
        if (newName != null) {
            Texts.checkLength("name", newName, NAME_MAX, errors);
        }
        errors.require(newLocale == null || WorldCodes.isLocale(newLocale), "locale", "must be like en_US");
        errors.require(
                newCurrency == null || WorldCodes.isCurrency(newCurrency), "currency", "must be an ISO 4217 code");
        errors.require(newZone == null || WorldCodes.isTimeZone(newZone), "time_zone", "must be an IANA time zone");
        return errors.checked(() -> new MemberProfile(newName, newLocale, newCurrency, newZone, isActive));
    }
}
