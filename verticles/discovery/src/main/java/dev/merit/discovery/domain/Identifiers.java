package dev.merit.discovery.domain;

import dev.merit.contracts.UniqueIdentifier;
import dev.merit.discovery.domain.Pointer.ToAnything;
import dev.merit.discovery.domain.Pointer.ToNumber;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads what somebody typed or scanned that is no link: an id, or the number under a card's bar code. */
public final class Identifiers {
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");

    /** Hyphens between groups of three, or none. */
    private static final Pattern NUMBER = Pattern.compile("\\d{3}(-?)\\d{3}\\1\\d{3}\\1\\d{3}");

    private Identifiers() {}

    /** What it points at; empty when it is neither, or a digit of the number is wrong. */
    public static Optional<Pointer> parse(String text) {
        if (UUID_TEXT.matcher(text).matches()) {
            return Optional.of(new ToAnything(UUID.fromString(text)));
        }
        return NUMBER.matcher(text).matches() ? UniqueIdentifier.parse(text).map(ToNumber::new) : Optional.empty();
    }
}
