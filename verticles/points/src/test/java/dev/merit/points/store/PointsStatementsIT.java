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
        // It asks the ledger's function.
        StatementRules.check(POSTGRES, Set.of("points", "ledger"), HoldingsStore.class);
    }
}
