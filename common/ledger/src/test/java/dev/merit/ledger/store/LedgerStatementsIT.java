package dev.merit.ledger.store;

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
}
