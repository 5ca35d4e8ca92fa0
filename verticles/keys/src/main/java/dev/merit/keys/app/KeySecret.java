package dev.merit.keys.app;

import dev.merit.contracts.KeyFormat;
import dev.merit.contracts.Role;
import dev.merit.platform.Json;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The full text of a key. It lives only between being made and being told, and never shows in a log. */
record KeySecret(String text) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A new text of over 200 random bits. */
    static KeySecret generate(Role role) {
        var random = new StringBuilder(KeyFormat.RANDOM_LENGTH);
        for (int i = 0; i < KeyFormat.RANDOM_LENGTH; i++) {
            random.append(KeyFormat.ALPHABET.charAt(RANDOM.nextInt(KeyFormat.ALPHABET.length())));
        }
        return new KeySecret(KeyFormat.compose(role, random.toString()));
    }

    String prefix() {
        return KeyFormat.visible(text);
    }

    /** What is stored and asked for: with that many random bits no slow hash is needed. */
    String hash() {
        return HexFormat.of().formatHex(Json.sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String toString() {
        return prefix() + "…";
    }
}
