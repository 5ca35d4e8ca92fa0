package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What lists of transactions read of a partner with 200,000 of them: no more than they show or count, whether or not
 * the server's plan knows the values.
 */
class EntryPlansIT {
    private static final int ENTRIES = 200_000;
    private static final int MEMBERS = 5_000;
    private static final String PARTNER = "'00000000-0000-0001-0000-000000000001'";
    private static final String MEMBER = "'00000000-0000-0002-0000-000000000007'";
    private static final String CARD = "'00000000-0000-0003-0000-000000000001'";
    /** All that it has lies behind everybody else's newer entries. */
    private static final String BUSY_LONG_AGO = "'00000000-0000-0002-0000-00000000ffff'";

    private static final String NEWEST = "Index Scan Backward using entry_by_id on entry";
    private static final Pattern ROWS = Pattern.compile("actual rows=(\\d+)");

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @BeforeAll
    static void fill() {
        fill("to_hex(n % " + MEMBERS + ")", "019a", ENTRIES);
        fill("'ffff'", "0199", ENTRIES / 10);
        POSTGRES.execute("VACUUM ANALYZE ledger.entry");
    }

    private static void fill(String member, String time, int count) {
        POSTGRES.execute("""
                INSERT INTO ledger.entry (partner_id, member_id, card_id, account_sequence, entry_id, event, points,
                                          balance_after, attributed_to, request_id, occurred_at, created_at)
                SELECT %s, ('00000000-0000-0002-0000-' || lpad(%s, 12, '0'))::uuid, %s, n,
                       ('%s' || lpad(to_hex(n), 8, '0') || '70008000000000000000')::uuid,
                       CASE WHEN n %% 2 = 0 THEN 'staff_adjusted_points' ELSE 'staff_credited_points_for_purchase'
                       END::ledger.entry_event, 1, 1, 'System', 'request', now(), now()
                  FROM generate_series(1, %d) AS n
                """.formatted(PARTNER, member, CARD, time, count));
    }

    // A sort, or a filter that throws rows away, would grow with the partner.
    @Test
    void readsOnePageForTheFirstPage() {
        assertReadsAtMost(26, list("LIST_OF_PARTNER", "NULL", "NULL", "NULL"))
                .allSatisfy(plan -> assertThat(plan).contains(NEWEST).doesNotContain("Sort"));
    }

    @Test
    void readsOnePageBehindACursor() {
        String before = "'019a0000-1000-7000-8000-000000000000'";
        assertReadsAtMost(26, list("LIST_OF_PARTNER", "NULL", "NULL", before))
                .allSatisfy(plan -> assertThat(plan).contains(NEWEST));
    }

    @Test
    void readsOnlyTheDaysThatAreAskedFor() {
        String from = "'019a0000-1000-7000-8000-000000000000'";
        String until = "'019a0000-1010-7000-8000-000000000000'";
        assertReadsAtMost(16, list("LIST_OF_PARTNER", from, until, "NULL"));
    }

    // The total is exact up to 10,000 and then says that there are more: it must not count them.
    @Test
    void countsNoMoreThanATotalCanSay() {
        List<String> plans = StatementRules.run(
                POSTGRES,
                LedgerReads.class,
                "COUNT_OF_PARTNER",
                PARTNER,
                "NULL",
                "NULL",
                "NULL",
                "NULL",
                "NULL",
                "10001");

        assertReadsAtMost(10_001, plans).allSatisfy(plan -> assertThat(plan).doesNotContain("Sort", "Seq Scan"));
        assertThat(plans.getFirst()).contains("Index Only Scan Backward using entry_by_id");
    }

    // What a member has is sorted, but never what the partner has.
    @Test
    void readsOnlyAMembersOwnEntries() {
        for (String constant : List.of("LIST_OF_MEMBER", "COUNT_OF_MEMBER")) {
            assertReadsAtMost(ENTRIES / MEMBERS, ofMember(constant, MEMBER))
                    .allSatisfy(plan -> assertThat(plan).contains("entry_pkey").doesNotContain("entry_by_id"));
        }
    }

    // The most frequent member of all makes the index by time look good, and it is the worst for this one.
    @Test
    void readsOnlyTheEntriesOfAMemberWhoWasBusyLongAgo() {
        for (String constant : List.of("LIST_OF_MEMBER", "COUNT_OF_MEMBER")) {
            assertReadsAtMost(ENTRIES / 10, ofMember(constant, BUSY_LONG_AGO));
        }
    }

    @CanIgnoreReturnValue
    private static ListAssert<String> assertReadsAtMost(long rows, List<String> plans) {
        return assertThat(plans).hasSize(2).allSatisfy(plan -> {
            assertThat(plan).doesNotContain("Rows Removed by Filter");
            assertThat(ROWS.matcher(plan).results().mapToLong(found -> Long.parseLong(found.group(1))))
                    .isNotEmpty()
                    .allMatch(read -> read <= rows, plan);
        });
    }

    private static List<String> list(String constant, String from, String until, String before) {
        return StatementRules.run(
                POSTGRES, LedgerReads.class, constant, PARTNER, "NULL", "NULL", from, until, before, "26", "0");
    }

    private static List<String> ofMember(String constant, String member) {
        String[] page = constant.startsWith("LIST") ? new String[] {"26", "0"} : new String[] {"10001"};
        String[] arguments = {PARTNER, "NULL", "NULL", "NULL", "NULL", "NULL", member};
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(page));
        return StatementRules.run(POSTGRES, LedgerReads.class, constant, all.toArray(String[]::new));
    }
}
