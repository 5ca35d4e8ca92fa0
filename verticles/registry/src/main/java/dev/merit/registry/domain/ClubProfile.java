package dev.merit.registry.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.registry.RegistryRequest.ClubFields;

/** What a club's writable fields must be before they are stored. */
public final class ClubProfile {
    private static final int NAME_MAX = 255;
    private static final int DESCRIPTION_MAX = 1_000;

    private ClubProfile() {}

    /** The fields trimmed, or every bad field. */
    public static Checked<ClubFields> of(ClubFields wish) {
        var errors = new FieldErrors();
        String name = Texts.stripped(wish.name());
        String description = Texts.strippedOrNull(wish.description());
        String timeZone = Texts.stripped(wish.timeZone());
        String currency = Texts.stripped(wish.currency());
        Texts.checkLength("name", name, NAME_MAX, errors);
        if (description != null) {
            Texts.checkMax("description", description, DESCRIPTION_MAX, errors);
        }
        errors.require(WorldCodes.isTimeZone(timeZone), "time_zone", "must be an IANA time zone");
        errors.require(WorldCodes.isCurrency(currency), "currency", "must be an ISO 4217 code");
        return errors.checked(() -> new ClubFields(name, description, timeZone, currency, wish.isActive()));
    }
}
