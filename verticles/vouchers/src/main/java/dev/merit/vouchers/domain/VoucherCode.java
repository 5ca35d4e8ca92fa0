package dev.merit.vouchers.domain;

import java.util.Locale;

/**
 * Codes that people type. Those that Merit makes are two groups of five out of 21 digits and letters that nobody takes
 * for each other, and hold 43 random bits: too many to be guessed under the limit of failed look-ups.
 */
public final class VoucherCode {
    /** How many codes there are to draw from. */
    public static final long COUNT = 16_679_880_978_201L;

    private static final String LETTERS = "3479ACDEFHJKMNPRTVWXY";
    private static final int LENGTH = 10;
    private static final int GROUP = 5;

    private VoucherCode() {}

    /**
     * Makes a code.
     *
     * @param number from 0 to below {@link #COUNT}
     */
    public static String of(long number) {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException("no such code: " + number);
        }
        var code = new StringBuilder();
        long rest = number;
        for (int i = 0; i < LENGTH; i++) {
            code.append(LETTERS.charAt((int) (rest % LETTERS.length())));
            rest /= LETTERS.length();
        }
        return code.insert(GROUP, '-').toString();
    }

    /** A code as it is kept, however it was typed. */
    public static String kept(String typed) {
        return typed.strip().toUpperCase(Locale.ROOT);
    }
}
