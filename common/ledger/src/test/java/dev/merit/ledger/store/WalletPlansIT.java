package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a member's reads cost, beside 20,000 other members and with 50,000 entries of its own: what they show, and
 * nothing of the others or of what lies further back, whether or not the server's plan knows the values.
 */
class WalletPlansIT {
    private static final int CARDS = 4;
    private static final String MEMBER = "'00000000-0000-0002-0000-000000000007'";
    private static final Pattern ROWS = Pattern.compile("actual rows=(\\d+)(?:\\.\\d+)? loops=(\\d+)");

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @BeforeAll
    static void fill() {
        POSTGRES.execute("""
                INSERT INTO ledger.enrolment (partner_id, member_id, enrolled_at)
                SELECT ('00000000-0000-0001-0000-' || lpad(p::text, 12, '0'))::uuid,
                       ('00000000-0000-0002-0000-' || lpad(to_hex(m), 12, '0'))::uuid, now()
                  FROM generate_series(1, 2) AS p, generate_series(1, 20000) AS m
                """);
        POSTGRES.execute("""
                INSERT INTO ledger.account (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count,
                                            purchase_count, next_expiry, created_at, updated_at)
                SELECT e.partner_id, e.member_id, ('00000000-0000-0003-0000-' || lpad(c::text, 12, '0'))::uuid,
                       '00000000-0000-0004-0000-000000000001', 100, 100, 12500, 1, now() + interval '1 year', now(), now()
                  FROM ledger.enrolment e, generate_series(1, 2) AS c
                """);
        POSTGRES.execute("""
                INSERT INTO ledger.entry (partner_id, member_id, card_id, account_sequence, entry_id, event, points,
                                          balance_after, attributed_to, request_id, occurred_at, created_at)
                SELECT ('00000000-0000-0001-0000-' || lpad(p::text, 12, '0'))::uuid, %1$s,
                       ('00000000-0000-0003-0000-' || lpad(c::text, 12, '0'))::uuid, n,
                       ('019a' || lpad(to_hex(n * 4 + p * 2 + c), 8, '0') || '70008000000000000000')::uuid,
                       'staff_adjusted_points', 1, 1, 'System', 'request', now(), now()
                  FROM generate_series(1, 2) AS p, generate_series(1, 2) AS c, generate_series(1, 12500) AS n
                """.formatted(MEMBER));
        POSTGRES.execute("""
                INSERT INTO ledger.lot (partner_id, member_id, card_id, account_sequence, points, remaining, expires_at)
                SELECT partner_id, member_id, card_id, account_sequence, 1, 1, now() + interval '1 year' FROM ledger.entry
                """);
        POSTGRES.execute("""
                INSERT INTO ledger.lot (partner_id, member_id, card_id, account_sequence, points, remaining, expires_at)
                SELECT partner_id, member_id, card_id, 1, 1, 1, now() + interval '1 year'
                  FROM ledger.account
                 WHERE member_id <> %s
                """.formatted(MEMBER));
        POSTGRES.execute("VACUUM ANALYZE ledger.enrolment, ledger.account, ledger.entry, ledger.lot");
    }

    // Breaks when the index of a member's partners goes, or lots are read although none has expired.
    @Test
    void readsAMembersAccountsAlone() {
        assertThat(StatementRules.run(POSTGRES, WalletReads.class, "LIST_ACCOUNTS", MEMBER, "1000"))
                .hasSize(2)
                .allSatisfy(plan -> assertThat(plan)
                        .contains("enrolment_of_member", "account_pkey")
                        .doesNotContain("Seq Scan", "Sort", "Rows Removed by Filter")
                        .satisfies(each -> assertThat(rows(each)).isLessThanOrEqualTo(10 * CARDS)));
    }

    // Breaks when a page is found by sorting the member's whole history, or through other members' entries.
    @Test
    void readsOfEachCardNoMoreThanAPage() {
        assertThat(StatementRules.run(
                        POSTGRES,
                        HistoryReads.class,
                        "LIST",
                        MEMBER,
                        "NULL",
                        "'ffffffff-ffff-ffff-ffff-ffffffffffff'",
                        "34",
                        "26",
                        "0"))
                .hasSize(2)
                .allSatisfy(plan -> assertThat(plan)
                        .contains("entry_pkey")
                        .doesNotContain("Seq Scan", "entry_by_id")
                        .satisfies(each -> assertThat(rows(each)).isLessThanOrEqualTo(8L * CARDS * 34)));
    }

    // Breaks when a total is counted entry by entry.
    @Test
    void countsAccountsAndNotEntries() {
        assertThat(StatementRules.run(POSTGRES, HistoryReads.class, "COUNT", MEMBER, "NULL"))
                .hasSize(2)
                .allSatisfy(plan -> assertThat(plan)
                        .doesNotContain("Seq Scan", "on entry")
                        .satisfies(each -> assertThat(rows(each)).isLessThanOrEqualTo(10 * CARDS)));
    }

    // Breaks when earning again is looked for in the whole history instead of behind the unfollow.
    @Test
    void looksForEarningsBehindTheUnfollowAlone() {
        assertThat(StatementRules.run(
                        POSTGRES,
                        WalletReads.class,
                        "LIST_EARNED_SINCE",
                        MEMBER,
                        "'{00000000-0000-0001-0000-000000000001}'",
                        "'{00000000-0000-0003-0000-000000000001}'",
                        "'{12490}'"))
                .hasSize(2)
                .allSatisfy(plan -> assertThat(plan)
                        .contains("entry_pkey")
                        .doesNotContain("Seq Scan on entry")
                        .satisfies(each -> assertThat(rows(each)).isLessThanOrEqualTo(30)));
    }

    @Test
    void findsTheFirstPartnerByTheIndex() {
        assertThat(StatementRules.run(POSTGRES, WalletReads.class, "FIND_FIRST_ENROLMENT", MEMBER))
                .hasSize(2)
                .allSatisfy(
                        plan -> assertThat(plan).contains("enrolment_of_member").doesNotContain("Seq Scan"));
    }

    /** All rows that all steps gave. */
    private static long rows(String plan) {
        List<Long> counts = ROWS.matcher(plan)
                .results()
                .map(found -> Long.parseLong(found.group(1)) * Long.parseLong(found.group(2)))
                .toList();
        assertThat(counts).as(plan).isNotEmpty();
        return counts.stream().mapToLong(Long::longValue).sum();
    }
}
