package dev.merit.registry.domain;

import dev.merit.contracts.FieldErrors;
import org.jspecify.annotations.Nullable;

/** Texts as people send them: trimmed, and neither empty nor without end where that matters. */
final class Texts {
    private Texts() {}

    static String stripped(@Nullable String text) {
        return text == null ? "" : text.strip();
    }

    static @Nullable String strippedOrNull(@Nullable String text) {
        return text == null ? null : text.strip();
    }

    /** Notes a text that is empty or longer than {@code max} characters. */
    static void checkLength(String field, String text, int max, FieldErrors errors) {
        errors.require(!text.isEmpty(), field, "must not be empty");
        checkMax(field, text, max, errors);
    }

    static void checkMax(String field, String text, int max, FieldErrors errors) {
        errors.require(text.codePointCount(0, text.length()) <= max, field, "must have at most " + max + " characters");
    }
}
