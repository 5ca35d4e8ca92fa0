package dev.merit.registry.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.registry.RegistryRequest.StaffFields;

/** What the writable fields of a member of staff must be before they are stored. */
public final class StaffProfile {
    private static final int NAME_MAX = 255;

    private StaffProfile() {}

    /** The fields trimmed and the e-mail in lower case, or every bad field. */
    public static Checked<StaffFields> of(StaffFields wish) {
        var errors = new FieldErrors();
        String name = Texts.stripped(wish.name());
        String email = Emails.normal(wish.email());
        String locale = Texts.strippedOrNull(wish.locale());
        String timeZone = Texts.strippedOrNull(wish.timeZone());
        Texts.checkLength("name", name, NAME_MAX, errors);
        Emails.check("email", email, errors);
        errors.require(locale == null || WorldCodes.isLocale(locale), "locale", "must be like en_US");
        errors.require(timeZone == null || WorldCodes.isTimeZone(timeZone), "time_zone", "must be an IANA time zone");
        return errors.checked(() -> new StaffFields(wish.clubId(), name, email, locale, timeZone));
    }
}
