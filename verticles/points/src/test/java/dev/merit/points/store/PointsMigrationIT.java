package dev.merit.points.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.PostgresFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Migrations on tables that hold rows. */
class PointsMigrationIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks when no first points can be booked on cards from before the ledger knew their clubs. */
    @Test
    void tellsTheLedgerTheClubsOfTheCardsThereAre() throws SQLException, IOException {
        POSTGRES.execute("""
                INSERT INTO points.card (partner_id, card_id, club_id, name, unique_identifier, currency,
                                         points_per_currency, currency_unit_amount, initial_bonus_points, is_active,
                                         is_visible_by_default, created_at, updated_at)
                SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'Card', n::text, 'EUR', 1, 1, 0, true,
                       false, now(), now()
                  FROM generate_series(1, 3) AS n
                """);

        try (Connection connection = POSTGRES.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(migration("V004__clubs_of_cards.sql"));
            connection.commit();
        }

        assertThat(POSTGRES.count("""
                        SELECT count(*)
                          FROM points.card c
                          JOIN ledger.card_club k USING (partner_id, card_id, club_id)
                        """)).isEqualTo(3);
    }

    private static String migration(String file) throws IOException {
        try (InputStream text = PointsMigrationIT.class.getResourceAsStream("/db/points/" + file)) {
            return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
