package dev.merit.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.TierFields;
import dev.merit.ledger.domain.AccountBook;
import dev.merit.ledger.domain.AccountKey;
import dev.merit.ledger.domain.ClubKey;
import dev.merit.ledger.domain.Details;
import dev.merit.ledger.domain.Enrolment;
import dev.merit.ledger.domain.Entry;
import dev.merit.ledger.domain.EntryEvent;
import dev.merit.ledger.domain.MemberFacts;
import dev.merit.ledger.domain.Membership;
import dev.merit.ledger.domain.Stamp;
import dev.merit.ledger.domain.Standing;
import dev.merit.ledger.domain.StandingKey;
import dev.merit.ledger.domain.Tier;
import dev.merit.ledger.store.LedgerStore.Wanted;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.PgProblems;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.StatementRules;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Standings and enrolments: what is locked, what it costs, and what can be read. */
class StandingsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00.123456Z");

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final LedgerStore store = new LedgerStore();
    private final LedgerReads reads = new LedgerReads();
    private final MemberReads members = new MemberReads();
    private final TierStore tiers = new TierStore();
    private final EnrolmentStore enrolments = new EnrolmentStore();

    private final PartnerId partner = new PartnerId(UUID.randomUUID());
    private final MemberId member = new MemberId(UUID.randomUUID());
    private final Membership membership = new Membership(partner, member);
    private final ClubId club = new ClubId(UUID.randomUUID());
    private final StandingKey standing = new StandingKey(partner, member, club);
    private final AccountKey red = new AccountKey(partner, member, new CardId(UUID.randomUUID()));
    private final AccountKey blue = new AccountKey(partner, member, new CardId(UUID.randomUUID()));

    @BeforeEach
    void knowTheCards() {
        var clubs = new CardClubStore();
        Eventually.get(clubs.set(database.pool(), partner, red.card(), club));
        Eventually.get(clubs.set(database.pool(), partner, blue.card(), club));
    }

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    /** Breaks when clubs without tiers pay for those that have some: with a statement more, or with waiting twice. */
    @Test
    void takesOneStatementInAClubWithoutTiers() {
        book(red, 100);
        tier(new ClubId(UUID.randomUUID()), "Gold", 1);

        Flights flights = flights(red);

        // The accounts, with the time; lots were not asked for.
        assertThat(flights).isEqualTo(new Flights(1, 1));
        assertThat(standings()).isEmpty();
    }

    /** Breaks when an account that is there and tiers that are there are no longer two flights. */
    @Test
    void looksAtTheStandingInASecondFlight() {
        tier("Silver", 100);
        book(red, 1);

        // Add what is missing, lock, tiers, sums.
        assertThat(flights(red)).isEqualTo(new Flights(1, 5));
        assertThat(standings()).containsExactly("-");
    }

    /** Breaks when the tier is not kept with the entry, or the tier announced is not kept with the member. */
    @Test
    void writesTheTiersAroundAnEntry() {
        Tier silver = tier("Silver", 100);

        Entry first = book(red, 60);
        Entry crossing = book(blue, 60);
        Entry after = book(red, 1);

        assertThat(first.held().after()).isNull();
        assertThat(crossing.held().before()).isNull();
        assertThat(crossing.held().after()).isEqualTo(silver.ref());
        assertThat(after.held().before()).isEqualTo(silver.id());
        for (Entry entry : List.of(first, crossing, after)) {
            assertThat(Eventually.get(reads.findEntry(database.reads(), partner, new TransactionId(entry.id()))))
                    .contains(entry);
        }
        assertThat(standings()).containsExactly(silver.id().toString());
    }

    /**
     * Breaks when two bookings on two cards do not wait for each other: both would sum up without the other's points,
     * and neither would cross.
     */
    @Test
    void makesABookingOnAnotherCardOfTheClubWait() {
        Tier silver = tier("Silver", 100);
        book(red, 1);
        book(blue, 1);
        Promise<Void> gate = Promise.promise();
        Promise<Void> holding = Promise.promise();

        Future<Entry> first = database.transaction(tx -> book(tx, red, 60).compose(booked -> {
            holding.complete();
            return gate.future().map(booked);
        }));
        Eventually.get(holding.future());
        Future<Entry> second = database.transaction(tx -> book(tx, blue, 60));
        Awaitility.await().until(StandingsIT::somebodyWaitsForAStanding);
        gate.complete();

        assertThat(Eventually.get(first).held().after()).isNull();
        assertThat(Eventually.get(second).held().after()).isEqualTo(silver.ref());
    }

    /** Breaks when the sum is read before the lock is held. */
    @Test
    void crossesOnceHoweverManyBookOnBothCards() {
        Tier silver = tier("Silver", 100);
        book(red, 1);
        book(blue, 1);

        // As many as the pool has connections: none of them waits for anything but the locks.
        List<Entry> entries = IntStream.range(0, 10)
                .mapToObj(i -> database.transaction(tx -> book(tx, i % 2 == 0 ? red : blue, 14)))
                .toList()
                .stream()
                .map(Eventually::get)
                .toList();

        assertThat(entries)
                .filteredOn(
                        entry -> entry.held().before() == null && entry.held().after() != null)
                .hasSize(1);
        // 1 + 1 + 7 × 14 is 100, so the last three of ten held it before.
        assertThat(entries).filteredOn(entry -> entry.held().before() != null).hasSize(3);
        assertThat(standings()).containsExactly(silver.id().toString());
    }

    /** Breaks when a member can be enrolled twice, and so be told of twice. */
    @Test
    void enrolsAStrangerOnce() {
        var other = new Membership(new PartnerId(UUID.randomUUID()), member);
        assertThat(strangers(membership, other)).containsExactlyInAnyOrder(membership, other);
        assertThat(Eventually.get(members.findEnrolledAt(database.reads(), membership)))
                .isEmpty();
        var enrolment = new Enrolment(membership, NOW, "req_1");

        Eventually.get(database.transaction(tx -> enrolments.enrol(tx, List.of(enrolment))));

        assertThat(strangers(membership, other)).containsExactly(other);
        assertThat(Eventually.get(members.findEnrolledAt(database.reads(), membership)))
                .contains(NOW);
        assertThat(Eventually.failure(database.transaction(tx -> enrolments.enrol(tx, List.of(enrolment)))))
                .matches(PgProblems::isRetriable, "begins again");
    }

    /** Breaks when the second account of a member in one booking enrols it again, or a foreign partner knows it too. */
    @Test
    void knowsTheMembersOfAPartnerFromTheirFirstBooking() {
        assertThat(isEnrolled(partner)).isFalse();
        var untiered = Standing.untiered(club);
        AccountBook one = AccountBook.ofStranger(red, untiered);
        AccountBook other = AccountBook.ofStranger(blue, untiered);
        Eventually.get(
                database.transaction(tx -> credit(tx, List.of(one, other), 0).mapEmpty()));

        assertThat(isEnrolled(partner)).isTrue();
        assertThat(isEnrolled(new PartnerId(UUID.randomUUID()))).isFalse();
        assertThat(Eventually.get(new CardTotals()
                        .countMembers(database.reads(), partner, List.of(red.card(), new CardId(UUID.randomUUID())))))
                .containsOnlyKeys(red.card())
                .containsValue(1L);
    }

    /**
     * Breaks when a booking for a member who was enrolled meanwhile is written all the same: its event would be a lie.
     */
    @Test
    void letsABookingBeginAgainWhenTheMemberWasEnrolledMeanwhile() {
        Future<Entry> booking = database.transaction(tx -> lock(tx, red).compose(locked -> {
            var enrolment = new Enrolment(membership, NOW, "req_1");
            return database.transaction(other -> enrolments.enrol(other, List.of(enrolment)))
                    .compose(enrolled -> credit(tx, locked.open(red), 5));
        }));

        assertThat(Eventually.failure(booking)).matches(PgProblems::isRetriable);
        assertThat(book(red, 5).balanceAfter()).isEqualTo(5);
    }

    /** Breaks when a tier is read from one card, from another club, or without looking at who may hold it. */
    @Test
    void readsTheTierThatIsHeldRightNow() {
        assertThat(held()).isEmpty();
        Tier bronze = tier("Bronze", 0);
        assertThat(held()).as("a member without any account").contains(bronze);
        Tier silver = tier("Silver", 100);
        Tier gold = tier("Gold", 150);
        book(red, 60);
        assertThat(held()).contains(bronze);
        book(blue, 60);

        assertThat(held()).contains(silver);
        assertThat(Eventually.get(members.findTier(database.reads(), red))).contains(silver);
        assertThat(Eventually.get(members.findTier(
                        database.reads(), new AccountKey(partner, member, new CardId(UUID.randomUUID())))))
                .isEmpty();
        assertThat(Eventually.get(members.findTier(
                        database.reads(), new StandingKey(partner, new MemberId(UUID.randomUUID()), club))))
                .contains(bronze);

        set(gold, "points_threshold = 120");
        assertThat(held()).contains(new Tier(gold.id(), gold.name(), 120, gold.multiplier()));
        set(gold, "is_active = false");
        assertThat(held()).contains(silver);
        set(silver, "deleted_at = now()");
        assertThat(held()).contains(bronze);
    }

    /** Breaks when points that were no purchase make a customer, or a purchase in another club does. */
    @Test
    void knowsWhoHasPurchasedInAClub() {
        Eventually.get(database.transaction(tx -> lock(tx, red).compose(locked -> {
            AccountBook book = locked.open(red);
            var unused = book.credit(EntryEvent.VOUCHER_BONUS, 5, null, stamp(), details());
            return store.append(tx, List.of(book));
        })));
        assertThat(hasPurchased(club)).isFalse();

        book(blue, 0);

        assertThat(hasPurchased(club)).as("also with zero points").isTrue();
        assertThat(hasPurchased(new ClubId(UUID.randomUUID()))).isFalse();
    }

    /** Breaks when a large table makes a booking slow: every look-up has to name its whole key. */
    @Test
    void findsStandingsTiersAndStrangersByTheirKeys() {
        assertThat(StatementRules.plan(POSTGRES, StandingStore.class, "LOCK"))
                .containsPattern("Index Cond: .*partner_id.*member_id.*club_id");
        assertThat(StatementRules.plan(POSTGRES, StandingStore.class, "FIND_LADDERS"))
                .containsPattern("tier_threshold[\\s\\S]*Index Cond: .*partner_id.*club_id");
        assertThat(StatementRules.plan(POSTGRES, StandingStore.class, "SUM_LIFETIMES"))
                .containsPattern("Index Cond: .*partner_id.*member_id");
        assertThat(StatementRules.plan(POSTGRES, LedgerStore.class, "LOCK"))
                .containsPattern("ladder_pkey[\\s\\S]*Index Cond: .*partner_id.*club_id");
        assertThat(StatementRules.plan(POSTGRES, EnrolmentStore.class, "FIND_STRANGERS"))
                .containsPattern("on enrolment[\\s\\S]*Index Cond: .*(member_id.*partner_id|partner_id.*member_id)");
    }

    /** Breaks when what a voucher asks of members differs from what bookings say, or a stranger is left out. */
    @Test
    void tellsWhatManyMembersAreInOneStatement() {
        Tier silver = tier("Silver", 100);
        set(tier("Gold", 110), "is_active = false");
        Entry first = book(red, 60);
        book(blue, 60);
        var stranger = new StandingKey(partner, new MemberId(UUID.randomUUID()), club);
        var elsewhere = new StandingKey(partner, member, new ClubId(UUID.randomUUID()));

        var facts = Eventually.get(members.listFacts(database.reads(), Set.of(standing, stranger, elsewhere)));

        assertThat(facts)
                .containsOnlyKeys(standing, stranger, elsewhere)
                .containsEntry(stranger, MemberFacts.OF_STRANGER)
                .containsEntry(elsewhere, new MemberFacts(first.createdAt(), null, false))
                .containsEntry(standing, new MemberFacts(first.createdAt(), silver.id(), true));
    }

    /** Statements sent without waiting for any answer, and all of them. */
    private record Flights(int first, int all) {}

    private Flights flights(AccountKey key) {
        return Eventually.get(database.transaction(tx -> {
            var counting = new CountingClient(tx);
            Future<LockedAccounts> locked = lock(counting, key);
            int first = counting.sent();
            return locked.map(done -> new Flights(first, counting.sent()));
        }));
    }

    @CanIgnoreReturnValue
    private Entry book(AccountKey key, long points) {
        return Eventually.get(database.transaction(tx -> book(tx, key, points)));
    }

    private Future<Entry> book(SqlClient tx, AccountKey key, long points) {
        return lock(tx, key).compose(locked -> credit(tx, locked.open(key), points));
    }

    private Future<Entry> credit(SqlClient tx, AccountBook book, long points) {
        Entry entry = book.credit(EntryEvent.PURCHASE, points, null, stamp(), details());
        return store.append(tx, List.of(book)).map(entry);
    }

    private Future<?> credit(SqlClient tx, List<AccountBook> books, long points) {
        for (AccountBook book : books) {
            var unused = book.credit(EntryEvent.PURCHASE, points, null, stamp(), details());
        }
        return store.append(tx, books);
    }

    private boolean isEnrolled(PartnerId with) {
        return Eventually.get(reads.isEnrolled(database.reads(), with, member));
    }

    private Future<LockedAccounts> lock(SqlClient tx, AccountKey key) {
        return store.lock(tx, new Wanted(Set.of(key), Set.of(), Set.of(key)));
    }

    @CanIgnoreReturnValue
    private Tier tier(String name, long threshold) {
        return tier(club, name, threshold);
    }

    @CanIgnoreReturnValue
    private Tier tier(ClubId of, String name, long threshold) {
        var id = new TierId(Uuids.next());
        var multiplier = new BigDecimal("1.5");
        var fields = new TierFields(of, name, null, null, threshold, multiplier, null, null, List.of(), true);
        Eventually.get(database.transaction(tx -> tiers.lockLadder(tx, new ClubKey(partner, of))
                .compose(locked -> tiers.insert(tx, partner, id, fields))));
        return new Tier(id, name, threshold, multiplier);
    }

    private static void set(Tier tier, String change) {
        POSTGRES.execute("UPDATE ledger.tier SET " + change + " WHERE tier_id = '" + tier.id() + "'");
    }

    private Optional<Tier> held() {
        return Eventually.get(members.findTier(database.reads(), standing));
    }

    private boolean hasPurchased(ClubId in) {
        return Eventually.get(members.hasPurchased(database.reads(), new StandingKey(partner, member, in)));
    }

    private Set<Membership> strangers(Membership... of) {
        return Eventually.get(enrolments.findStrangers(database.reads(), Set.of(of)));
    }

    private List<String> standings() {
        return POSTGRES.query(
                "SELECT coalesce(tier_id::text, '-') FROM ledger.standing WHERE member_id = '" + member + "'");
    }

    private static boolean somebodyWaitsForAStanding() {
        return POSTGRES.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        + " AND query LIKE '%ledger.standing%' AND datname = current_database()")
                == 1;
    }

    private static Stamp stamp() {
        return new Stamp(Uuids.next(), NOW);
    }

    private static Details details() {
        return Details.bySystem("req_1", NOW);
    }
}
