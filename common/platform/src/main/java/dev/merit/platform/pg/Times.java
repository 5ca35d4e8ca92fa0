package dev.merit.platform.pg;

import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Times between records, which hold instants, and the PostgreSQL client, which wants offsets. */
public final class Times {
    private Times() {}

    public static @Nullable OffsetDateTime offset(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    public static @Nullable Instant instant(Row row, String column) {
        OffsetDateTime time = row.getOffsetDateTime(column);
        return time == null ? null : time.toInstant();
    }

    /** A column that is never null. */
    public static Instant required(Row row, String column) {
        return Objects.requireNonNull(instant(row, column), column);
    }
}
