package dev.merit.registry.domain;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the next page of a list begins: behind the row with this id. Lists run from the newest id to the oldest, so
 * that rows added meanwhile move nothing.
 */
public final class Cursor {
    private static final int BYTES = 16;
    /** Lies above every id that a row can have: where page 1 begins. */
    public static final UUID START = new UUID(-1, -1);

    private Cursor() {}

    /** Opaque to callers: 22 characters of base64url. */
    public static String behind(UUID row) {
        byte[] bytes = ByteBuffer.allocate(BYTES)
                .putLong(row.getMostSignificantBits())
                .putLong(row.getLeastSignificantBits())
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The row behind which to go on; empty when this is not a cursor of ours. */
    public static Optional<UUID> read(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            if (bytes.length != BYTES) {
                return Optional.empty();
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return Optional.of(new UUID(buffer.getLong(), buffer.getLong()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
