package dev.merit.analyst.store;

import dev.merit.analyst.domain.AccountKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** Values on their way into the file and out of it. Moments are stored in UTC. */
final class Rows {
    private Rows() {}

    static AccountKey account(ResultSet row) throws SQLException {
        return new AccountKey(uuid(row, "partner_id"), uuid(row, "member_id"), uuid(row, "card_id"));
    }

    static void append(DuckDBAppender appender, AccountKey account) throws SQLException {
        appender.append(account.partner()).append(account.member()).append(account.card());
    }

    static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    static void append(DuckDBAppender appender, @Nullable UUID value) throws SQLException {
        if (value == null) {
            appender.appendNull();
        } else {
            appender.append(value);
        }
    }

    static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
        LocalDateTime value = row.getObject(column, LocalDateTime.class);
        return value == null ? null : value.toInstant(ZoneOffset.UTC);
    }

    static void append(DuckDBAppender appender, @Nullable Instant value) throws SQLException {
        if (value == null) {
            appender.appendNull();
        } else {
            appender.append(LocalDateTime.ofInstant(value, ZoneOffset.UTC));
        }
    }
}
