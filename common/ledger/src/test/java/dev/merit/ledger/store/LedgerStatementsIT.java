package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LedgerStatementsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    /** Breaks on a typo, a missing right of the application's role, or a look into somebody else's schema. */
    @Test
    void hasOnlySoundStatementsAndOnlyOnItsOwnSchema() {
        StatementRules.check(
                POSTGRES,
                Set.of("ledger"),
                LedgerStore.class,
                LedgerWrites.class,
                CardClubStore.class,
                LedgerReads.class,
                EntryLists.class,
                CardTotals.class,
                StandingStore.class,
                EnrolmentStore.class,
                MemberReads.class,
                TierStore.class,
                WalletReads.class,
                HistoryReads.class,
                AccountProof.class);
    }

    // Breaks when everybody may ask the function, as is the rule where nothing is said, or when the application may
    // not.
    @Test
    void letsTheApplicationAskForHoldingsAndNobodyElse() {
        String may = "SELECT has_function_privilege('%s', 'ledger.holdings(uuid, integer)', 'EXECUTE')";

        assertThat(POSTGRES.query(may.formatted("merit_app"))).containsExactly("t");
        assertThat(POSTGRES.query(may.formatted("public"))).containsExactly("f");
    }
}
