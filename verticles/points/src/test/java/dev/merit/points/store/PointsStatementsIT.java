package dev.merit.points.store;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PointsStatementsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks on a typo, a missing right of the application's role, or a look into somebody else's schema. */
    @Test
    void runsOnTheMigratedDatabaseAndStaysInItsSchema() {
        StatementRules.check(
                POSTGRES,
                Set.of("points"),
                CardStore.class,
                RewardStore.class,
                ClaimStore.class,
                ClaimListStore.class,
                FollowStore.class,
                WalletStore.class,
                LiveCardStore.class);
    }

    /** Breaks when wallets read a table of the ledger, which keeps one function for others. */
    @Test
    void asksTheLedgerForHoldingsAndNothingElse() {
        StatementRules.check(POSTGRES, Set.of("points", "ledger.holdings"), HoldingsStore.class);
    }
}
