package dev.merit.chaos.store;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AuditStatementsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks on a typo, and when a column that the checker compares has changed its name. */
    @Test
    void runsOnTheMigratedDatabase() {
        StatementRules.check(POSTGRES, Set.of("audit", "ledger", "vouchers", "stamps"), AuditStore.class);
    }
}
