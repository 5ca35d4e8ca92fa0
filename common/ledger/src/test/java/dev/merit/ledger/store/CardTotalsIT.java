package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.PartnerId;
import dev.merit.platform.pg.Database;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How many members a card has: exact at every commit, whoever opens accounts or folds beside it. */
class CardTotalsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final CardTotals totals = new CardTotals();
    private final PartnerId partner = new PartnerId(UUID.randomUUID());
    private final CardId red = new CardId(UUID.randomUUID());
    private final CardId blue = new CardId(UUID.randomUUID());

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    /** Breaks when a row is lost or counted twice on its way into the total. */
    @Test
    void countsTheSameBeforeBetweenAndAfterFolds() {
        POSTGRES.execute(opening(red, 7));
        POSTGRES.execute(opening(blue, 3));
        assertThat(counted()).isEqualTo(Map.of(red, 7L, blue, 3L));

        assertThat(fold(4)).isEqualTo(4);
        assertThat(counted()).isEqualTo(Map.of(red, 7L, blue, 3L));

        foldAll();
        POSTGRES.execute(opening(red, 2));
        assertThat(counted()).isEqualTo(Map.of(red, 9L, blue, 3L));
        foldAll();
        assertThat(counted()).isEqualTo(Map.of(red, 9L, blue, 3L));
        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.card_newcomer")).isZero();
        assertThat(Eventually.get(
                        totals.countMembers(database.reads(), new PartnerId(UUID.randomUUID()), List.of(red, blue))))
                .isEmpty();
    }

    /** Breaks when later purchases, which upsert an account that is there, count it again or pay for the counting. */
    @Test
    void countsAnAccountOnceHoweverOftenItIsBookedOn() {
        String member = UUID.randomUUID().toString();
        for (int i = 0; i < 3; i++) {
            POSTGRES.execute(upserting(red, "'" + member + "'"));
        }

        assertThat(counted()).isEqualTo(Map.of(red, 1L));
        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.card_newcomer WHERE card_id = '" + red + "'"))
                .isEqualTo(1);
    }

    /** Breaks when the second lane waits for the first one's commit, or locks itself out with it in the other order. */
    @Test
    void letsTwoLanesOpenAccountsOnTheSameCardsAtOnce() throws SQLException {
        foldAll();
        try (Connection one = POSTGRES.connection();
                Connection other = POSTGRES.connection();
                Statement first = one.createStatement();
                Statement second = other.createStatement()) {
            one.setAutoCommit(false);
            other.setAutoCommit(false);
            second.execute("SET lock_timeout = '2s'");
            first.execute(opening(red, 5));
            second.execute(opening(blue, 1));
            second.execute(opening(red, 2));
            first.execute(opening(blue, 4));
            assertThat(counted()).as("before any commit").isEmpty();
            // A fold sees neither, and waits for neither.
            assertThat(fold(100)).isZero();

            other.commit();
            assertThat(counted()).isEqualTo(Map.of(red, 2L, blue, 1L));
            one.rollback();
        }

        assertThat(counted()).isEqualTo(Map.of(red, 2L, blue, 1L));
    }

    /** Breaks when two nodes that fold at once put a row into the total twice, or lock each other out. */
    @Test
    void foldsOnManyNodesAtOnceWhileAccountsAreOpened() {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(database.pool().query(opening(i % 2 == 0 ? red : blue, 5)).execute());
            all.add(totals.fold(database.pool(), 7));
        }
        all.forEach(Eventually::get);

        assertThat(counted()).isEqualTo(Map.of(red, 100L, blue, 100L));
        foldAll();
        assertThat(counted()).isEqualTo(Map.of(red, 100L, blue, 100L));
    }

    /** Breaks when members are counted account by account again. */
    @Test
    void readsTotalsAndNotAccounts() {
        assertThat(StatementRules.plan(POSTGRES, CardTotals.class, "COUNT_MEMBERS"))
                .contains("card_total_pkey", "card_newcomer_card")
                .doesNotContain("account");
    }

    private String opening(CardId card, int accounts) {
        return upserting(card, "gen_random_uuid()")
                .replace("ON CONFLICT", "FROM generate_series(1, " + accounts + ")" + " ON CONFLICT");
    }

    private String upserting(CardId card, String member) {
        return """
                INSERT INTO ledger.account AS a (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count,
                                                 purchase_count, created_at, updated_at)
                SELECT '%s', %s, '%s', '%s', 1, 1, 1, 1, now(), now()
                ON CONFLICT (partner_id, member_id, card_id) DO UPDATE SET entry_count = a.entry_count + 1
                """.formatted(partner, member, card, new UUID(4, 1));
    }

    private void foldAll() {
        int folded;
        do {
            folded = fold(1000);
        } while (folded > 0);
    }

    private int fold(int accounts) {
        return Eventually.get(totals.fold(database.pool(), accounts));
    }

    private Map<CardId, Long> counted() {
        return Eventually.get(totals.countMembers(database.reads(), partner, List.of(red, blue)));
    }
}
