package dev.merit.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.event.LoyaltyEvent.MemberEnrolled;
import dev.merit.contracts.event.LoyaltyEvent.MemberTierChanged;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final PartnerId PARTNER = new PartnerId(new UUID(1, 1));
    private static final MemberId MEMBER = new MemberId(new UUID(1, 2));
    private static final ClubId CLUB = new ClubId(new UUID(1, 4));
    private static final StandingKey KEY = new StandingKey(PARTNER, MEMBER, CLUB);
    private static final AccountKey RED = new AccountKey(PARTNER, MEMBER, new CardId(new UUID(2, 1)));
    private static final AccountKey BLUE = new AccountKey(PARTNER, MEMBER, new CardId(new UUID(2, 2)));
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Tier SILVER = new Tier(new TierId(new UUID(3, 1)), "Silver", 100, new BigDecimal("1.5"));
    private static final Tier GOLD = new Tier(new TierId(new UUID(3, 2)), "Gold", 500, new BigDecimal("2"));
    private static final Ladder LADDER = new Ladder(List.of(GOLD, SILVER));

    /** Breaks when a threshold itself is not enough, or when the order of the tiers decides. */
    @Test
    void holdsTheTierWithTheHighestThresholdThatIsReached() {
        assertThat(LADDER.at(0)).isEmpty();
        assertThat(LADDER.at(99)).isEmpty();
        assertThat(LADDER.at(100)).contains(SILVER);
        assertThat(LADDER.at(499)).contains(SILVER);
        assertThat(LADDER.at(500)).contains(GOLD);
        assertThat(LADDER.at(Long.MAX_VALUE)).contains(GOLD);
        assertThat(Ladder.EMPTY.at(Long.MAX_VALUE)).isEmpty();
    }

    /** Breaks when the tier reached by a booking is recorded as the one whose multiplier counted. */
    @Test
    void recordsTheTierBeforeAndTheTierAfter() {
        var book = AccountBook.unopened(RED, standing(null, 0));

        Entry crossing = credit(book, 100);
        Entry staying = credit(book, 1);

        assertThat(crossing.held()).isEqualTo(new Held(null, SILVER.ref()));
        assertThat(staying.held()).isEqualTo(new Held(SILVER.id(), SILVER.ref()));
    }

    /** Breaks when only the points of one card count: thresholds are of the club. */
    @Test
    void addsUpTheCardsOfAClub() {
        Standing standing = standing(null, 40);
        var red = AccountBook.unopened(RED, standing);
        var blue = AccountBook.unopened(BLUE, standing);

        var unused = credit(red, 30);
        assertThat(blue.tier()).isEmpty();
        var crossing = credit(blue, 30);

        assertThat(crossing.held().after()).isEqualTo(SILVER.ref());
        assertThat(red.tier()).contains(SILVER);
        assertThat(standing.changes()).containsExactly(new Standing.Change(null, SILVER.id(), 100, NOW, "req_1"));
    }

    /** Breaks when a batch announces only where it ended, or announces a tier again that is held on. */
    @Test
    void announcesEachCrossingOnceAndInOrder() {
        Standing standing = standing(null, 0);
        var book = AccountBook.unopened(RED, standing);

        for (long points : new long[] {99, 1, 50, 350, 10}) {
            var unused = credit(book, points);
        }

        assertThat(standing.changes())
                .extracting(Standing.Change::before, Standing.Change::after, Standing.Change::lifetime)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(null, SILVER.id(), 100L),
                        org.assertj.core.groups.Tuple.tuple(SILVER.id(), GOLD.id(), 500L));
    }

    /** Breaks when spending costs the tier, or when an entry that cannot move it looks at it. */
    @Test
    void keepsTheTierOfWhoSpends() {
        Standing standing = standing(SILVER.id(), 100);
        var book = AccountBook.open(
                RED, standing, new AccountState(60, 100, 3, 1, null), List.of(new Lot(1, 60, 60, null)));

        Entry spent = book.debit(EntryEvent.REDEMPTION, 60, stamp(), details());

        assertThat(spent.held()).isEqualTo(Held.NOTHING);
        assertThat(book.tier()).contains(SILVER);
        assertThat(standing.changes()).isEmpty();
    }

    /** Breaks when a threshold that was moved by hand is never told of. */
    @Test
    void noticesWithTheNextBookingThatTheTiersWereChanged() {
        Standing standing = standing(GOLD.id(), 120);
        var book = AccountBook.unopened(RED, standing);

        Entry entry = credit(book, 0);

        assertThat(entry.held()).isEqualTo(new Held(SILVER.id(), SILVER.ref()));
        assertThat(standing.changes()).containsExactly(new Standing.Change(GOLD.id(), SILVER.id(), 120, NOW, "req_1"));
    }

    @Test
    void tellsThatTheLastTierIsGone() {
        var standing = Standing.of(KEY, Ladder.EMPTY, GOLD.id(), 900);

        var unused = credit(AccountBook.unopened(RED, standing), 1);

        assertThat(standing.changes()).containsExactly(new Standing.Change(GOLD.id(), null, 901, NOW, "req_1"));
    }

    /** Breaks when a domain that forgot to ask for the standing books past the tier in silence. */
    @Test
    void refusesToCountPointsForAStandingThatWasNotRead() {
        var book = AccountBook.unopened(RED, Standing.unread(CLUB));

        assertThatIllegalStateException().isThrownBy(() -> credit(book, 1));
    }

    @Test
    void pricesNothingInAClubWithoutTiers() {
        var standing = Standing.untiered(CLUB);

        Entry entry = credit(AccountBook.unopened(RED, standing), 1_000_000);

        assertThat(entry.held()).isEqualTo(Held.NOTHING);
        assertThat(standing.changes()).isEmpty();
    }

    /** Breaks when a member is enrolled once for each card, or by a booking that was refused. */
    @Test
    void enrolsAStrangerOnceAndOnlyWithABooking() {
        Standing standing = standing(null, 0);
        var red = AccountBook.ofStranger(RED, standing);
        var blue = AccountBook.ofStranger(BLUE, standing);
        var known = AccountBook.unopened(BLUE, standing);
        assertThat(MemberNews.events(List.of(red, blue), at -> new UUID(9, 9))).isEmpty();

        var first = credit(blue, 60);
        var second = credit(red, 60);

        assertThat(MemberNews.events(List.of(red, blue), at -> new UUID(9, 9)))
                .containsExactly(
                        new MemberEnrolled(new UUID(9, 9), PARTNER, MEMBER, "member_enrolled", NOW, "req_1"),
                        new MemberTierChanged(
                                new UUID(9, 9),
                                PARTNER,
                                CLUB,
                                MEMBER,
                                "member_tier_changed",
                                null,
                                SILVER.id(),
                                120,
                                NOW,
                                "req_1"));
        assertThat(MemberNews.enrolments(List.of(known))).isEmpty();
        assertThat(List.of(first, second)).extracting(Entry::sequence).containsOnly(1L);
    }

    private static Standing standing(@Nullable TierId announced, long lifetime) {
        return Standing.of(KEY, LADDER, announced, lifetime);
    }

    private static Entry credit(AccountBook book, long points) {
        return book.credit(EntryEvent.PURCHASE, points, null, stamp(), details());
    }

    private static Stamp stamp() {
        return new Stamp(new UUID(5, 5), NOW);
    }

    private static Details details() {
        return Details.bySystem("req_1", NOW);
    }
}
