package dev.merit.registry.domain;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The number on a member's card: twelve digits in four groups, of which the last is a check digit after Luhn
 * (ISO/IEC 7812-1), so that a slip of one digit or of two neighbours is noticed before anybody is looked up.
 */
public final class UniqueIdentifier {
    private static final long ELEVEN_DIGITS = 100_000_000_000L;
    private static final Pattern TWELVE_DIGITS = Pattern.compile("(\\d{3})-?(\\d{3})-?(\\d{3})-?(\\d{3})");

    private UniqueIdentifier() {}

    /**
     * Adds the check digit and writes 3-3-3-3.
     *
     * @param payload 0 to 99,999,999,999
     */
    public static String of(long payload) {
        if (payload < 0 || payload >= ELEVEN_DIGITS) {
            throw new IllegalArgumentException("eleven digits at most: " + payload);
        }
        String digits = "%011d".formatted(payload);
        return grouped(digits + checkDigit(digits));
    }

    /** Whether a text has the shape of an identifier, its check digit aside. */
    static boolean looksLike(String text) {
        return TWELVE_DIGITS.matcher(text).matches();
    }

    /** The identifier as it is stored, from a text with or without hyphens; empty when the check digit is wrong. */
    static Optional<String> read(String text) {
        String digits = text.replace("-", "");
        boolean fits = looksLike(text) && checkDigit(digits.substring(0, 11)) == digits.charAt(11) - '0';
        return fits ? Optional.of(grouped(digits)) : Optional.empty();
    }

    private static int checkDigit(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? digit * 2 : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return (10 - sum % 10) % 10;
    }

    private static String grouped(String digits) {
        return String.join(
                "-", digits.substring(0, 3), digits.substring(3, 6), digits.substring(6, 9), digits.substring(9));
    }
}
