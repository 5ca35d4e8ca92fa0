package dev.merit.keys.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Limits;
import dev.merit.contracts.keys.KeysRequest.PartnerFields;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** What a partner's writable fields must be before they are stored. */
public final class PartnerProfile {
    private static final int NAME_MAX = 255;
    private static final int EMAIL_MAX = 254;
    /** Enough to catch a slip; whether the address exists only a letter can tell. */
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");

    private PartnerProfile() {}

    /** The fields trimmed and the e-mail in lower case, or every bad field. */
    public static Checked<PartnerFields> of(PartnerFields wish) {
        var errors = new FieldErrors();
        String name = wish.name() == null ? "" : wish.name().strip();
        String email = wish.email() == null ? "" : wish.email().strip().toLowerCase(Locale.ROOT);
        errors.require(!name.isEmpty(), "name", "must not be empty");
        errors.require(name.codePointCount(0, name.length()) <= NAME_MAX, "name", "must have at most 255 characters");
        errors.require(EMAIL.matcher(email).matches(), "email", "must be an e-mail address");
        errors.require(email.length() <= EMAIL_MAX, "email", "must have at most 254 characters");
        errors.require(wish.permissions() != null, "permissions", "must not be null");
        errors.require(wish.limits() != null, "limits", "must not be null");
        if (wish.limits() != null) {
            named(wish.limits())
                    .forEach((limit, value) -> errors.require(
                            value >= Limits.UNLIMITED, "limits." + limit, "must be -1 (no limit) or more"));
        }
        return errors.checked(() -> new PartnerFields(name, email, wish.isActive(), wish.permissions(), wish.limits()));
    }

    private static Map<String, Integer> named(Limits limits) {
        var named = new LinkedHashMap<String, Integer>();
        named.put("agent_keys", limits.agentKeys());
        named.put("clubs", limits.clubs());
        named.put("cards", limits.cards());
        named.put("rewards", limits.rewards());
        named.put("stamp_cards", limits.stampCards());
        named.put("vouchers", limits.vouchers());
        named.put("staff", limits.staff());
        return named;
    }
}
