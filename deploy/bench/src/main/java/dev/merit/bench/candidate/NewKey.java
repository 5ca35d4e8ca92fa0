package dev.merit.bench.candidate;

import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import java.security.SecureRandom;
import java.util.stream.Collectors;

/** The text of a key that nobody has had before. */
public final class NewKey {
    private static final SecureRandom RANDOM = new SecureRandom();

    private NewKey() {}

    public static String of(Role role) {
        return KeyFormat.compose(
                role,
                RANDOM.ints(KeyFormat.RANDOM_LENGTH, 0, KeyFormat.ALPHABET.length())
                        .mapToObj(index -> String.valueOf(KeyFormat.ALPHABET.charAt(index)))
                        .collect(Collectors.joining()));
    }
}
