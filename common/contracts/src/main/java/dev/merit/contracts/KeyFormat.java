package dev.merit.contracts;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What the text of a key looks like: the role's prefix, {@value #RANDOM_LENGTH} random characters and a checksum.
 *
 * <p>The checksum lets a mistyped key be refused without a look-up, and lets secret scanners recognise a leaked one.
 */
public final class KeyFormat {
    /** The digits of base 62, in order of value. */
    public static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static final int RANDOM_LENGTH = 34;
    public static final int CHECKSUM_LENGTH = 6;
    private static final int VISIBLE_LENGTH = 8;

    private KeyFormat() {}

    /**
     * The text of a new key.
     *
     * @param random34 characters of {@link #ALPHABET}, each chosen by a cryptographic random number generator
     */
    public static String compose(Role role, String random34) {
        if (random34.length() != RANDOM_LENGTH || !isBase62(random34)) {
            throw new IllegalArgumentException("the random part of a key is 34 characters of base 62");
        }
        String body = role.prefix() + random34;
        return body + checksum(body);
    }

    /** CRC-32 (IEEE) of everything before the checksum, prefix included, in base 62, left-padded with {@code 0}. */
    public static String checksum(String body) {
        var crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        long rest = crc.getValue();
        char[] digits = new char[CHECKSUM_LENGTH];
        for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
            digits[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        return new String(digits);
    }

    /** Whether this could be a key of that role: prefix, length, characters and checksum fit. */
    public static boolean wellFormed(Role role, String text) {
        int length = role.prefix().length() + RANDOM_LENGTH + CHECKSUM_LENGTH;
        if (text.length() != length || !text.startsWith(role.prefix())) {
            return false;
        }
        int checked = length - CHECKSUM_LENGTH;
        return isBase62(text.substring(role.prefix().length()))
                && checksum(text.substring(0, checked)).equals(text.substring(checked));
    }

    /** The role that a text claims by its prefix; the rest may still be malformed. */
    public static Optional<Role> roleOf(String text) {
        for (Role role : Role.values()) {
            if (text.startsWith(role.prefix())) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /**
     * The part of a key that may be shown: prefix and first eight characters.
     *
     * @param text a well-formed key
     */
    public static String visible(String text) {
        Role role = roleOf(text).orElseThrow(() -> new IllegalArgumentException("not the text of a key"));
        return text.substring(0, role.prefix().length() + VISIBLE_LENGTH);
    }

    private static boolean isBase62(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isBase62(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase62(char each) {
        return (each >= '0' && each <= '9') || (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z');
    }
}
