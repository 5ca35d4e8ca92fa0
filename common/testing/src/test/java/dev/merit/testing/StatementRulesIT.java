package dev.merit.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.platform.pg.Idempotency;
import dev.merit.platform.pg.Outbox;
import dev.merit.testing.planted.store.WrongStore;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StatementRulesIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @Test
    void findsThePlatformsStatementsSound() {
        StatementRules.check(POSTGRES, Set.of("platform"), Idempotency.class, Outbox.class);
    }

    // Fails when a typo, another domain's table, a star or a missing grant is no longer seen.
    @Test
    void catchesEveryPlantedFault() {
        POSTGRES.execute("CREATE SCHEMA other");
        POSTGRES.execute("CREATE TABLE other.door (id int)");
        POSTGRES.execute("CREATE FUNCTION other.bell() RETURNS int LANGUAGE sql AS 'SELECT 1'");
        POSTGRES.execute("GRANT USAGE ON SCHEMA other TO merit_app");

        assertThatThrownBy(() -> StatementRules.check(POSTGRES, Set.of("platform", "other.door"), WrongStore.class))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("WrongStore.TYPO: ERROR: relation \"platform.idempotensy\" does not exist")
                .hasMessageContaining("WrongStore.FOREIGN reaches into schema other")
                .hasMessageContaining("WrongStore.CALL reaches into schema other")
                .hasMessageContaining("WrongStore.STAR names no columns")
                .hasMessageContaining("WrongStore.FORBIDDEN: ERROR: permission denied")
                .hasMessageNotContaining("RIGHT");
        assertThatThrownBy(() -> StatementRules.check(POSTGRES, Set.of("platform", "other.bell"), WrongStore.class))
                .hasMessageContaining("WrongStore.FOREIGN reaches into schema other")
                .hasMessageNotContaining("CALL");
    }
}
