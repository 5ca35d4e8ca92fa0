package dev.merit.contracts;

import java.util.Optional;

/**
 * The number printed under a bar code: twelve digits in groups of three, the last one a check digit by Luhn's
 * algorithm (ISO/IEC 7812-1), so that one mistyped digit or two swapped neighbours are noticed.
 */
public final class UniqueIdentifier {
    /** How many numbers there are: eleven free digits. */
    public static final long COUNT = 100_000_000_000L;

    private static final int DIGITS = 12;
    private static final int GROUP = 3;

    private UniqueIdentifier() {}

    /**
     * Writes a number with its check digit.
     *
     * @param number from 0 to below {@link #COUNT}
     */
    public static String of(long number) {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("not eleven digits: " + number);
        }
        String free = String.format("%011d", number);
        return grouped(free + checkDigit(free));
    }

    /** Reads an identifier with or without hyphens; empty unless it is twelve digits with the right check digit. */
    public static Optional<String> parse(String text) {
        String digits = text.replace("-", "");
        if (digits.length() != DIGITS || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        String free = digits.substring(0, DIGITS - 1);
        return checkDigit(free) == digits.charAt(DIGITS - 1) ? Optional.of(grouped(digits)) : Optional.empty();
    }

    private static char checkDigit(String free) {
        int sum = 0;
        for (int i = 0; i < free.length(); i++) {
            int digit = free.charAt(free.length() - 1 - i) - '0';
            int weighted = i % 2 == 0 ? digit * 2 : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return (char) ('0' + (10 - sum % 10) % 10);
    }

    private static String grouped(String digits) {
        var text = new StringBuilder(digits);
        for (int at = DIGITS - GROUP; at > 0; at -= GROUP) {
            text.insert(at, '-');
        }
        return text.toString();
    }
}
