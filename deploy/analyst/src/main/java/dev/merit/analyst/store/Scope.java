package dev.merit.analyst.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts are asked for.
 *
 * @param partner those of all partners when null
 * @param card those of all cards when null
 */
public record Scope(@Nullable UUID partner, @Nullable UUID card) {
    public static final Scope ALL = new Scope(null, null);

    /** Two parameters of a statement: the partner and the card. */
    void bind(PreparedStatement statement, int first) throws SQLException {
        statement.setString(first, partner == null ? null : partner.toString());
        statement.setString(first + 1, card == null ? null : card.toString());
    }
}
