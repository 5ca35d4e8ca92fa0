package dev.merit.points;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RewardId;
import dev.merit.platform.pg.Database;
import dev.merit.points.app.BalanceWatch;
import dev.merit.testing.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a running node notices when somebody puts a hand into the ledger. */
class BalanceWatchIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final PartnerId partner = Nodes.partner();
    private final MemberId member = Nodes.member();
    private final Database database = POSTGRES.open(vertx);
    private final BalanceWatch watch = new BalanceWatch(database, meters);

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void book() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 30);
        for (int i = 0; i < 3; i++) {
            var unused = get(nodes.purchase(0, partner, Nodes.of(card, member, "20"), null));
        }
        var unused = get(nodes.redeem(0, partner, Nodes.of(card, reward, member)));
    }

    @AfterEach
    void close() {
        get(vertx.close());
    }

    @Test
    void findsNothingWhereAllIsWell() {
        get(watch.look());

        assertThat(differences()).isZero();
        assertThat(meters.get("merit.ledger.verified").counter().count()).isPositive();
    }

    // Breaks when one of the things that can be changed behind the application's back goes unnoticed.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE ledger.account SET balance = balance + 1",
                "UPDATE ledger.account SET lifetime = lifetime + 1",
                "UPDATE ledger.account SET entry_count = entry_count + 1",
                "UPDATE ledger.lot SET remaining = remaining - 1 WHERE remaining > 0 AND account_sequence = 3",
            })
    void countsAnAccountThatWasChangedUntilItIsPutRight(String change) {
        String ours = (change.contains("WHERE") ? " AND" : " WHERE") + " partner_id = '" + partner + "'";
        POSTGRES.execute(change + ours);

        get(watch.look());
        assertThat(differences()).isEqualTo(1);

        POSTGRES.execute(change.replace("+ 1", "+ 0 - 1").replace("remaining - 1", "remaining + 1") + ours);
        get(watch.look());
        assertThat(differences()).isZero();
    }

    @Test
    void noticesAnEntryThatIsGone() {
        POSTGRES.execute("ALTER TABLE ledger.entry DISABLE TRIGGER entry_is_final");
        POSTGRES.execute("DELETE FROM ledger.entry WHERE account_sequence = 2 AND partner_id = '" + partner + "'");
        POSTGRES.execute("ALTER TABLE ledger.entry ENABLE TRIGGER entry_is_final");
        try {
            get(watch.look());
            assertThat(differences()).isEqualTo(1);
        } finally {
            POSTGRES.execute("DELETE FROM ledger.account WHERE partner_id = '" + partner + "'");
            POSTGRES.execute("ALTER TABLE ledger.entry DISABLE TRIGGER entry_is_final");
            POSTGRES.execute("DELETE FROM ledger.entry WHERE partner_id = '" + partner + "'");
            POSTGRES.execute("ALTER TABLE ledger.entry ENABLE TRIGGER entry_is_final");
        }
    }

    private double differences() {
        return meters.get("merit.ledger.differences").gauge().value();
    }
}
