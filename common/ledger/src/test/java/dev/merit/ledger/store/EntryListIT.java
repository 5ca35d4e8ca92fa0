package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.store.EntryLists.EntryFilter;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Thirty days of two members with two cards each, listed in every way. */
class EntryListIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final PartnerId PARTNER = new PartnerId(new UUID(1, 1));
    private static final MemberId JANE = new MemberId(new UUID(2, 1));
    private static final MemberId JOE = new MemberId(new UUID(2, 2));
    private static final CardId RED = new CardId(new UUID(3, 1));
    private static final CardId BLUE = new CardId(new UUID(3, 2));
    private static final ClubId CLUB = new ClubId(new UUID(4, 1));
    private static final Standing UNTIERED = Standing.untiered(CLUB);
    private static final List<Entry> ALL = new ArrayList<>();

    private static final Vertx VERTX = Vertx.vertx();
    private static final EntryLists LISTS = new EntryLists();
    private static @Nullable Database database;

    @BeforeAll
    static void book() {
        Database open = POSTGRES.open(VERTX);
        database = open;
        List<AccountBook> books = new ArrayList<>();
        for (MemberId member : List.of(JANE, JOE)) {
            for (CardId card : List.of(RED, BLUE)) {
                books.add(AccountBook.unopened(new AccountKey(PARTNER, member, card), UNTIERED));
            }
        }
        books.add(AccountBook.unopened(new AccountKey(new PartnerId(new UUID(1, 2)), JANE, RED), UNTIERED));
        for (int day = 0; day < 30; day++) {
            Instant at = START.plus(Duration.ofDays(day));
            for (AccountBook book : books) {
                EntryEvent event = day % 3 == 0 ? EntryEvent.ADJUSTMENT : EntryEvent.PURCHASE;
                var unused = book.credit(event, 1, null, new Stamp(Uuids.at(at), at), Details.bySystem("req_1", at));
            }
        }
        var clubs = new CardClubStore();
        for (CardId card : List.of(RED, BLUE)) {
            Eventually.get(clubs.set(open.pool(), PARTNER, card, CLUB));
        }
        Eventually.get(
                open.transaction(tx -> new LedgerStore().append(tx, books).mapEmpty()));
        books.subList(0, 4).forEach(book -> ALL.addAll(book.entries()));
        ALL.sort(Comparator.comparing((Entry entry) -> entry.id().toString()).reversed());
    }

    @AfterAll
    static void close() {
        Eventually.get(database().close());
        Eventually.get(VERTX.close());
    }

    // Newest first, one more than the page, and nothing of another partner.
    @Test
    void listsAPageAndOneMore() {
        assertThat(list(all(), new Paging(1, 25, null))).isEqualTo(ALL.subList(0, 26));
        assertThat(list(all(), new Paging(2, 25, null))).isEqualTo(ALL.subList(25, 51));
        assertThat(list(all(), new Paging(5, 25, null))).isEqualTo(ALL.subList(100, 120));
        assertThat(list(all(), new Paging(6, 25, null))).isEmpty();
    }

    // Pages of several cards and kinds of entry are one list.
    @Test
    void listsPagesOfACardByNumber() {
        List<Entry> blue = ALL.stream()
                .filter(entry -> entry.account().card().equals(BLUE))
                .toList();
        var filter = new EntryFilter(PARTNER, null, BLUE, null, null, null, null);

        assertThat(list(filter, new Paging(1, 25, null))).isEqualTo(blue.subList(0, 26));
        assertThat(list(filter, new Paging(2, 25, null))).isEqualTo(blue.subList(25, 51));
        assertThat(list(filter, new Paging(3, 25, null))).isEqualTo(blue.subList(50, 60));
        assertThat(list(filter, new Paging(4, 25, null))).isEmpty();
    }

    // A cursor walks through all of them, each once, whatever is added at the top meanwhile.
    @Test
    void walksThroughAllByCursor() {
        var seen = new ArrayList<Entry>();
        UUID before = null;
        List<Entry> page;
        do {
            page = list(new EntryFilter(PARTNER, null, null, null, null, null, before), new Paging(1, 7, "cursor"));
            seen.addAll(page.subList(0, Math.min(7, page.size())));
            before = seen.getLast().id();
        } while (page.size() > 7);

        assertThat(seen).isEqualTo(ALL);
    }

    @Test
    void takesNoOffsetWhereThereIsACursor() {
        UUID before = ALL.get(9).id();

        assertThat(list(new EntryFilter(PARTNER, JANE, null, null, null, null, before), new Paging(4, 5, "cursor")))
                .isEqualTo(ALL.subList(10, ALL.size()).stream()
                        .filter(entry -> entry.account().member().equals(JANE))
                        .limit(6)
                        .toList());
    }

    @Test
    void filtersByEachField() {
        UUID from = Uuids.floor(START.plus(Duration.ofDays(10)));
        UUID until = Uuids.floor(START.plus(Duration.ofDays(12)));
        Predicate<Entry> jane = entry -> entry.account().member().equals(JANE);
        Predicate<Entry> blue = entry -> entry.account().card().equals(BLUE);
        Predicate<Entry> adjusted = entry -> entry.event() == EntryEvent.ADJUSTMENT;
        Predicate<Entry> thoseDays = entry -> !entry.createdAt().isBefore(START.plus(Duration.ofDays(10)))
                && entry.createdAt().isBefore(START.plus(Duration.ofDays(12)));

        assertFound(new EntryFilter(PARTNER, JANE, null, null, null, null, null), jane);
        assertFound(new EntryFilter(PARTNER, null, BLUE, null, null, null, null), blue);
        assertFound(new EntryFilter(PARTNER, null, null, EntryEvent.ADJUSTMENT, null, null, null), adjusted);
        assertFound(new EntryFilter(PARTNER, null, null, null, from, until, null), thoseDays);
        assertFound(
                new EntryFilter(PARTNER, null, RED, EntryEvent.PURCHASE, null, null, null),
                blue.or(adjusted).negate());
        assertFound(
                new EntryFilter(
                        PARTNER, null, BLUE, null, from, until, ALL.get(75).id()),
                blue.and(thoseDays)
                        .and(entry ->
                                entry.id().toString().compareTo(ALL.get(75).id().toString()) < 0));
        assertFound(
                new EntryFilter(PARTNER, null, null, EntryEvent.ADJUSTMENT, from, until, null),
                adjusted.and(thoseDays));
        assertFound(new EntryFilter(PARTNER, null, null, EntryEvent.EXPIRY, null, null, null), none -> false);
        assertFound(
                new EntryFilter(PARTNER, JANE, BLUE, EntryEvent.PURCHASE, from, until, null),
                jane.and(blue).and(adjusted.negate()).and(thoseDays));
        UUID middle = ALL.get(60).id();
        assertFound(
                new EntryFilter(PARTNER, null, null, null, null, until, middle),
                entry -> entry.id().toString().compareTo(until.toString()) < 0
                        && entry.id().toString().compareTo(middle.toString()) < 0);
    }

    @Test
    void findsNothingOfAStranger() {
        assertFound(new EntryFilter(new PartnerId(new UUID(9, 9)), null, null, null, null, null, null), none -> false);
        assertFound(
                new EntryFilter(PARTNER, new MemberId(new UUID(9, 9)), null, null, null, null, null), none -> false);
    }

    // Page 400 by cursor has to cost what page 1 costs, also under a plan that does not know the values.
    @Test
    void findsTheBoundsByTheIndex() {
        assertThat(StatementRules.plan(POSTGRES, EntryLists.class, "LIST_BY_TIME"))
                .contains("entry_by_id")
                .containsPattern("Index Cond: .*entry_id >= .*entry_id < ");
    }

    // Without the index the sweep would walk through all accounts, every time.
    /** Breaks when an index that holds only part of the key looks as good as the primary key: before any statistics. */
    @Test
    void locksAnAccountByItsWholeKey() {
        assertThat(StatementRules.plan(POSTGRES, LedgerStore.class, "LOCK"))
                .containsPattern("Index Cond: .*partner_id.*")
                .containsPattern("Index Cond: .*member_id.*")
                .containsPattern("Index Cond: .*card_id.*");
    }

    @Test
    void findsDueAccountsByTheIndex() {
        assertThat(StatementRules.plan(POSTGRES, LedgerStore.class, "LIST_DUE"))
                .contains("Index Cond: (next_expiry <= statement_timestamp())");
    }

    private static void assertFound(EntryFilter filter, Predicate<Entry> expected) {
        List<Entry> entries = ALL.stream().filter(expected).toList();
        assertThat(list(filter, new Paging(1, 100, null))).isEqualTo(entries.subList(0, Math.min(101, entries.size())));
        assertThat(Eventually.get(LISTS.count(database().reads(), filter))).isEqualTo(entries.size());
    }

    private static EntryFilter all() {
        return new EntryFilter(PARTNER, null, null, null, null, null, null);
    }

    private static List<Entry> list(EntryFilter filter, Paging paging) {
        return Eventually.get(LISTS.list(database().reads(), filter, paging));
    }

    private static Database database() {
        if (database == null) {
            throw new IllegalStateException("not open");
        }
        return database;
    }
}
