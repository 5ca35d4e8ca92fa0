package dev.merit.registry.store;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistryStatementsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks on a typo, a missing right of the application's role, or a look into somebody else's schema. */
    @Test
    void runsOnTheMigratedDatabaseAndStaysInItsSchema() {
        StatementRules.check(
                POSTGRES,
                Set.of("registry"),
                ClubStore.class,
                StaffStore.class,
                MemberStore.class,
                PartnerMemberStore.class);
    }
}
