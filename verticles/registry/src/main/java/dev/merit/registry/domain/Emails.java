package dev.merit.registry.domain;

import dev.merit.contracts.FieldErrors;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** E-mail addresses: stored in lower case, so that one address is one address however it is written. */
final class Emails {
    private static final int LENGTH_MAX = 254;
    /** Enough to catch a slip; whether the address exists only a letter can tell. */
    private static final Pattern EMAIL = Pattern.compile("[^\\s@]+@[^\\s@]+");

    private Emails() {}

    static String normal(@Nullable String email) {
        return Texts.stripped(email).toLowerCase(Locale.ROOT);
    }

    /** Notes an address that cannot be one. */
    static void check(String field, String email, FieldErrors errors) {
        errors.require(EMAIL.matcher(email).matches(), field, "must be an e-mail address");
        errors.require(email.length() <= LENGTH_MAX, field, "must have at most " + LENGTH_MAX + " characters");
    }
}
