package dev.merit.vouchers.store;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class VouchersStatementsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks on a typo, a missing right of the application's role, or a look into somebody else's schema. */
    @Test
    void runsOnTheMigratedDatabaseAndStaysInItsSchema() {
        StatementRules.check(
                POSTGRES,
                Set.of("vouchers"),
                VoucherStore.class,
                UseStore.class,
                RedemptionStore.class,
                UseProof.class,
                LiveVoucherStore.class);
    }
}
