package dev.merit.contracts;

import java.util.UUID;

/** The reply to every delete. */
public record Deleted(UUID id, boolean deleted) {
    public static Deleted of(UUID id) {
        return new Deleted(id, true);
    }
}
