package dev.merit.stamps.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StampsStatementsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks on a typo, a missing right of the application's role, or a look into somebody else's schema. */
    @Test
    void runsOnTheMigratedDatabaseAndStaysInItsSchema() {
        StatementRules.check(
                POSTGRES,
                Set.of("stamps"),
                StampCardStore.class,
                StampStore.class,
                StampWrites.class,
                ProgressReads.class,
                ProgressProof.class,
                LiveStampCardStore.class);
    }

    /** Breaks when facts may be changed, be it by the application's role or by the owner of the tables. */
    @Test
    void letsNobodyChangeFacts() {
        assertThat(POSTGRES.query("""
                        SELECT table_name || ' ' || privilege_type
                          FROM information_schema.table_privileges
                         WHERE grantee = 'merit_app' AND table_schema = 'stamps'
                           AND table_name IN ('stamp_event', 'redemption')
                         ORDER BY 1
                        """))
                .containsExactly("redemption INSERT", "redemption SELECT", "stamp_event INSERT", "stamp_event SELECT");
        for (String change : new String[] {
            "UPDATE stamps.stamp_event SET stamps = 1", "DELETE FROM stamps.redemption", "TRUNCATE stamps.stamp_event"
        }) {
            assertThatThrownBy(() -> POSTGRES.execute(change)).hasMessageContaining(change);
        }
    }

    /** Breaks when somebody who audits with psql would have to look for another name. */
    @Test
    void showsAuditorsTheColumnsThatAreDocumented() {
        assertThat(POSTGRES.query("""
                        SELECT column_name
                          FROM information_schema.columns
                         WHERE table_schema = 'audit' AND table_name = 'v_stamps'
                         ORDER BY ordinal_position
                        """))
                .containsExactly(
                        "partner_id",
                        "stamp_card_id",
                        "member_id",
                        "granted",
                        "current",
                        "completed",
                        "expired",
                        "pending_rewards");
    }
}
