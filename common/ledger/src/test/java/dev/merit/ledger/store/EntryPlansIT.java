package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.store.EntryLists.EntryFilter;
import dev.merit.platform.pg.Database;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What lists of transactions read of a partner with 200,000 of them: no more than they show or count, whether or not
 * the server's plan knows the values.
 */
class EntryPlansIT {
    private static final int ENTRIES = 200_000;
    private static final int MEMBERS = 5_000;
    private static final int RARE = 12;
    private static final int CARDS = 4;
    private static final long MANY = 10_001;
    /** A page and one more, and what is taken of each account to spare. */
    private static final int OF_AN_ACCOUNT = 34;

    private static final String PARTNER = "'00000000-0000-0001-0000-000000000001'";
    private static final String MEMBER = "'00000000-0000-0002-0000-000000000007'";
    private static final String ADJUSTED = "'staff_adjusted_points'";
    private static final String CARD = "'00000000-0000-0003-0000-000000000001'";
    /** Used a few times, behind everybody else's newer entries. */
    private static final String RARE_CARD = "'00000000-0000-0003-0000-000000000002'";

    /** Used often, and then no more. */
    private static final String OLD_CARD = "'00000000-0000-0003-0000-000000000004'";

    private static final String UNUSED_CARD = "'00000000-0000-0003-0000-000000000003'";
    /** All that it has lies behind everybody else's newer entries. */
    private static final String BUSY_LONG_AGO = "'00000000-0000-0002-0000-00000000ffff'";

    private static final String NEWEST = "Index Scan Backward using entry_by_id on entry";
    private static final Pattern ROWS = Pattern.compile("actual rows=(\\d+)");

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @BeforeAll
    static void fill() {
        fill("to_hex(n % " + MEMBERS + ")", CARD, "019a", ENTRIES);
        fill("'ffff'", CARD, "0199", ENTRIES / 10);
        fill("'b' || to_hex(n % 100)", OLD_CARD, "0197", ENTRIES / 10);
        fill("'a' || to_hex(n)", RARE_CARD, "0198", RARE);
        POSTGRES.execute("""
                INSERT INTO ledger.card_club (partner_id, card_id, club_id)
                SELECT %s, card_id, gen_random_uuid()
                  FROM unnest(ARRAY[%s, %s, %s, %s]::uuid[]) AS k (card_id)
                """.formatted(PARTNER, CARD, RARE_CARD, UNUSED_CARD, OLD_CARD));
        POSTGRES.execute("""
                INSERT INTO ledger.card_club (partner_id, card_id, club_id)
                SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid() FROM generate_series(1, 5000)
                """);
        POSTGRES.execute("""
                INSERT INTO ledger.account (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count,
                                            purchase_count, created_at, updated_at)
                SELECT partner_id, member_id, card_id, gen_random_uuid(), 0, 0, count(*), 0, now(), max(created_at)
                  FROM ledger.entry
                 GROUP BY partner_id, member_id, card_id
                """);
        POSTGRES.execute("VACUUM ANALYZE ledger.entry, ledger.account, ledger.card_club");
    }

    private static void fill(String member, String card, String time, int count) {
        POSTGRES.execute("""
                INSERT INTO ledger.entry (partner_id, member_id, card_id, account_sequence, entry_id, event, points,
                                          balance_after, attributed_to, request_id, occurred_at, created_at)
                SELECT %s, ('00000000-0000-0002-0000-' || lpad(%s, 12, '0'))::uuid, %s, n,
                       ('%s' || lpad(to_hex(n), 8, '0') || '70008000000000000000')::uuid,
                       CASE WHEN n %% 2 = 0 THEN 'staff_adjusted_points' ELSE 'staff_credited_points_for_purchase'
                       END::ledger.entry_event, 1, 1, 'System', 'request', now(),
                       to_timestamp(('x0000%s' || lpad(to_hex(n), 8, '0'))::bit(64)::bigint / 1000.0)
                  FROM generate_series(1, %d) AS n
                """.formatted(PARTNER, member, card, time, time, count));
    }

    // A sort, or a filter that throws rows away, would grow with the partner.
    @Test
    void readsOnePageForTheFirstPage() {
        assertReadsAtMost(26, listOfPartner("NULL", "NULL", "NULL"))
                .allSatisfy(plan -> assertThat(plan).contains(NEWEST).doesNotContain("Sort"));
    }

    @Test
    void readsOnePageBehindACursor() {
        String before = "'019a0000-1000-7000-8000-000000000000'";
        assertReadsAtMost(26, listOfPartner("NULL", "NULL", before))
                .allSatisfy(plan -> assertThat(plan).contains(NEWEST));
    }

    @Test
    void readsOnlyTheDaysThatAreAskedFor() {
        String from = "'019a0000-1000-7000-8000-000000000000'";
        String until = "'019a0000-1010-7000-8000-000000000000'";
        assertReadsAtMost(16, listOfPartner(from, until, "NULL"));
    }

    // The total is exact up to 10,000 and then says that there are more: it must not count them.
    @Test
    void countsNoMoreThanATotalCanSay() {
        List<String> all = run("COUNT_BY_TIME", PARTNER, "NULL", "NULL", "NULL", "NULL", "NULL", Long.toString(MANY));
        assertReadsAtMost(MANY, all).allSatisfy(plan -> assertThat(plan).doesNotContain("Sort"));
        assertThat(all.getFirst()).contains("Index Only Scan using entry_by_id");
        assertReadsAtMost(MANY, countOfEvent("NULL", ADJUSTED));
        assertThat(run("COUNT_OF_CARD", PARTNER, CARD, Long.toString(MANY)))
                .as("accounts know how many entries they have")
                .allSatisfy(plan -> assertThat(plan).doesNotContain("on entry"));
    }

    // Breaks when an event that few entries are is looked for in all of them.
    @Test
    void readsNoMoreThanAPageOfAnEventOnEachCard() {
        assertReadsAtMost(CARDS * 26, listOfEvent("NULL", ADJUSTED))
                .allSatisfy(plan -> assertThat(plan).contains("using entry_by_event"));
        assertReadsAtMost(RARE, listOfEvent(RARE_CARD, ADJUSTED));
        assertReadsAtMost(RARE, countOfEvent(RARE_CARD, ADJUSTED));
        for (String never : List.of("'voucher_bonus_points'", "'system_expired_points'")) {
            assertReadsAtMost(CARDS, listOfEvent("NULL", never));
            assertReadsAtMost(CARDS, countOfEvent("NULL", never));
        }
    }

    // Breaks when a card that few entries are on is looked for in all of them.
    @Test
    void findsTheEntriesOfARareCardThroughItsAccounts() {
        for (String card : List.of(RARE_CARD, UNUSED_CARD)) {
            assertReadsAtMost(RARE, run("LIST_OF_FEW", PARTNER, "NULL", "NULL", "NULL", card, "NULL", "26", "0"));
            assertReadsAtMost(
                    RARE, run("COUNT_OF_FEW", PARTNER, "NULL", "NULL", "NULL", card, "NULL", Long.toString(MANY)));
            assertReadsAtMost(RARE, run("COUNT_OF_CARD", PARTNER, card, Long.toString(MANY)));
        }
    }

    // Breaks when a card that was in use long ago is looked for in all entries since.
    @Test
    void looksForACardInTheNewestEntriesAndThenWhereItWasUsedLast() {
        assertThat(run("LIST_AMONG_NEWEST", PARTNER, "NULL", "NULL", "NULL", CARD, "NULL", "5000", "26", "0"))
                .allSatisfy(plan -> assertThat(rows(plan)).allMatch(read -> read <= 26, plan));
        assertThat(run("LIST_AMONG_NEWEST", PARTNER, "NULL", "NULL", "NULL", OLD_CARD, "NULL", "5000", "26", "0"))
                .allSatisfy(plan -> assertThat(rows(plan)).allMatch(read -> read <= 5_000, plan));
        assertThat(run("FIND_LAST_USE", PARTNER, OLD_CARD))
                .allSatisfy(plan -> assertThat(plan).doesNotContain("on entry"));
    }

    // Whichever way they are found, it is the same list: first pages, later ones, the end of it, and what is counted.
    @ParameterizedTest
    @ValueSource(strings = {CARD, RARE_CARD, UNUSED_CARD, OLD_CARD})
    void listsCardsWithFewAndWithManyEntriesAlike(String card) {
        Vertx vertx = Vertx.vertx();
        Database database = POSTGRES.open(vertx);
        try {
            for (EntryEvent event : new EntryEvent[] {null, EntryEvent.PURCHASE, EntryEvent.ADJUSTMENT}) {
                for (String from : new String[] {null, "0197000a-0000-7000-8000-000000000000"}) {
                    assertListed(database, new Wanted(card, event, from));
                }
            }
        } finally {
            Eventually.get(database.close());
            Eventually.get(vertx.close());
        }
    }

    private record Wanted(
            String card,
            @Nullable EntryEvent event,
            @Nullable String from) {
        EntryFilter before(@Nullable String id) {
            return new EntryFilter(
                    new PartnerId(uuid(PARTNER)),
                    null,
                    new CardId(uuid(card)),
                    event,
                    from == null ? null : UUID.fromString(from),
                    null,
                    id == null ? null : UUID.fromString(id));
        }

        List<String> ids() {
            return POSTGRES.query("SELECT entry_id FROM ledger.entry WHERE card_id = " + card
                    + (event == null ? "" : " AND event = '" + event.word() + "'")
                    + (from == null ? "" : " AND entry_id >= '" + from + "'") + " ORDER BY entry_id DESC");
        }
    }

    private static void assertListed(Database database, Wanted wanted) {
        List<String> ids = wanted.ids();
        assertThat(listed(database, wanted.before(null), new Paging(1, 5, null)))
                .isEqualTo(ids.subList(0, Math.min(6, ids.size())));
        assertThat(listed(database, wanted.before(null), new Paging(3, 5, null)))
                .isEqualTo(ids.subList(Math.min(10, ids.size()), Math.min(16, ids.size())));
        if (ids.size() > 4) {
            int last = ids.size() - 4;
            assertThat(listed(database, wanted.before(ids.get(last)), new Paging(1, 5, "cursor")))
                    .isEqualTo(ids.subList(last + 1, ids.size()));
        }
        assertThat(Eventually.get(new EntryLists().count(database.reads(), wanted.before(null))))
                .isEqualTo(Math.min(ids.size(), MANY));
    }

    private static List<String> listed(Database database, EntryFilter filter, Paging paging) {
        return Eventually.get(new EntryLists().list(database.reads(), filter, paging)).stream()
                .map(entry -> entry.id().toString())
                .toList();
    }

    // What a member has is sorted, but never what the partner has.
    @Test
    void readsOnlyAMembersOwnEntries() {
        for (String constant : List.of("LIST_OF_MEMBER", "COUNT_OF_MEMBER")) {
            assertReadsAtMost(ENTRIES / MEMBERS, ofMember(constant, MEMBER))
                    .allSatisfy(plan -> assertThat(plan).contains("entry_pkey").doesNotContain("entry_by_id"));
        }
    }

    // The most frequent member of all makes the index by time look good, and it is the worst for this one. Of all
    // that it has a page is read and no more.
    @Test
    void readsOfABusyMemberNoMoreThanAPage() {
        assertReadsAtMost(OF_AN_ACCOUNT, ofMember("LIST_OF_MEMBER", BUSY_LONG_AGO));
        assertReadsAtMost(ENTRIES / 10, ofMember("COUNT_OF_MEMBER", BUSY_LONG_AGO));
    }

    // Breaks when a total is counted entry by entry where accounts know it.
    @Test
    void countsAMembersAccountsAndNotItsEntries() {
        assertReadsAtMost(2, run("COUNT_OF_ACCOUNTS", PARTNER, BUSY_LONG_AGO, "NULL"))
                .allSatisfy(plan -> assertThat(plan).contains("account_pkey").doesNotContain("on entry"));
    }

    @CanIgnoreReturnValue
    private static ListAssert<String> assertReadsAtMost(long rows, List<String> plans) {
        return assertThat(plans).hasSize(2).allSatisfy(plan -> {
            assertThat(plan).doesNotContain("Rows Removed by Filter", "Seq Scan on entry");
            assertThat(rows(plan)).isNotEmpty().allMatch(read -> read <= rows, plan);
        });
    }

    /** What each step gave. */
    private static List<Long> rows(String plan) {
        return ROWS.matcher(plan)
                .results()
                .map(found -> Long.parseLong(found.group(1)))
                .toList();
    }

    private static UUID uuid(String literal) {
        return UUID.fromString(literal.replace("'", ""));
    }

    private static List<String> listOfPartner(String from, String until, String before) {
        return run("LIST_BY_TIME", PARTNER, from, until, before, "NULL", "NULL", "26", "0");
    }

    private static List<String> listOfEvent(String card, String event) {
        return run("LIST_OF_EVENT", PARTNER, "NULL", "NULL", "NULL", card, event, "26", "26", "0");
    }

    private static List<String> countOfEvent(String card, String event) {
        return run("COUNT_OF_EVENT", PARTNER, "NULL", "NULL", "NULL", card, event, Long.toString(MANY));
    }

    private static List<String> ofMember(String constant, String member) {
        List<String> page =
                constant.startsWith("LIST") ? List.of(Integer.toString(OF_AN_ACCOUNT), "26", "0") : List.of("10001");
        var all = new ArrayList<>(List.of(PARTNER, "NULL", "NULL", "NULL", "NULL", "NULL", member));
        all.addAll(page);
        return run(constant, all.toArray(String[]::new));
    }

    private static List<String> run(String constant, String... arguments) {
        return StatementRules.run(POSTGRES, EntryLists.class, constant, arguments);
    }
}
