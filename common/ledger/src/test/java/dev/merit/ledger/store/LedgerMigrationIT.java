package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.PostgresFixture;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Migrations on tables that hold rows, in a schema beside the real one. */
class LedgerMigrationIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks when a column is added that rows from before cannot have. */
    @Test
    void keepsAccountsAndEntriesFromBeforeClubsWereKnown() throws SQLException, IOException {
        try (Connection connection = POSTGRES.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE SCHEMA old");
            statement.execute(migration("V001__accounts_entries_lots.sql"));
            statement.execute("""
                    INSERT INTO old.account (partner_id, member_id, card_id, balance, lifetime, entry_count,
                                             purchase_count, created_at, updated_at)
                    VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 5, 5, 1, 1, now(), now());
                    INSERT INTO old.entry (partner_id, member_id, card_id, account_sequence, entry_id, event, points,
                                           balance_after, attributed_to, request_id, occurred_at, created_at)
                    SELECT partner_id, member_id, card_id, 1, gen_random_uuid(), 'staff_credited_points_for_purchase', 5, 5,
                           'System', 'req_1', now(), now()
                      FROM old.account
                    """);

            statement.execute(migration("V002__clubs_tiers_standings.sql"));

            assertThat(rows(statement, "SELECT concat_ws(' ', balance, club_id) FROM old.account"))
                    .containsExactly("5 00000000-0000-0000-0000-000000000000");
            assertThat(rows(statement, "SELECT points FROM old.entry WHERE tier_after IS NULL"))
                    .containsExactly("5");
            assertThat(rows(statement, """
                            SELECT is_nullable || coalesce(column_default, ' without default')
                              FROM information_schema.columns
                             WHERE table_schema = 'old' AND table_name = 'account' AND column_name = 'club_id'
                            """))
                    .as("nobody may leave it out from now on")
                    .containsExactly("NO without default");
            connection.rollback();
        }
    }

    /** Breaks when accounts from before cards had totals are not in them, or are noted as new. */
    @Test
    void countsTheMembersFromBeforeTotalsWereKept() throws SQLException, IOException {
        try (Connection connection = POSTGRES.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE SCHEMA old");
            statement.execute(migration("V001__accounts_entries_lots.sql"));
            statement.execute("""
                    INSERT INTO old.account (partner_id, member_id, card_id, balance, lifetime, entry_count,
                                             purchase_count, created_at, updated_at)
                    SELECT partner_id, gen_random_uuid(), card_id, 5, 5, 1, 1, now(), now()
                      FROM (VALUES (gen_random_uuid(), gen_random_uuid(), 3), (gen_random_uuid(), gen_random_uuid(), 2))
                               AS c (partner_id, card_id, members),
                           generate_series(1, members)
                    """);

            statement.execute(migration("V008__card_totals.sql"));

            assertThat(rows(statement, "SELECT members FROM old.card_total ORDER BY 1"))
                    .containsExactly("2", "3");
            assertThat(rows(statement, "SELECT count(*) FROM old.card_newcomer"))
                    .containsExactly("0");
            connection.rollback();
        }
    }

    private static String migration(String file) throws IOException {
        try (InputStream text = LedgerMigrationIT.class.getResourceAsStream("/db/ledger/" + file)) {
            return new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("\\b(ledger|audit)\\.", "old.")
                    .replace("SCHEMA ledger", "SCHEMA old");
        }
    }

    private static List<String> rows(Statement statement, String query) throws SQLException {
        var rows = new ArrayList<String>();
        try (ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }
}
