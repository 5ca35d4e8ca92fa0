package dev.merit.stamps;

import static dev.merit.stamps.Outcomes.refusal;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.stamps.StampsRequest.DeleteStampCard;
import dev.merit.contracts.stamps.StampsRequest.StampFields;
import dev.merit.contracts.stamps.StampsRequest.StampsAdded;
import dev.merit.contracts.stamps.StampsRequest.StampsRedeemed;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is refused, over the bus, and what is not. */
class StampRefusalsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private PartnerId partner = Nodes.partner();
    private ClubId club = new ClubId(UUID.randomUUID());
    private MemberId member = Nodes.member();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void partner() {
        partner = Nodes.partner();
        club = nodes.club(partner, "UTC");
        member = Nodes.member();
    }

    @Test
    void keepsTheLimitOfADayInTheClubsTimeZone() {
        // Two clubs at opposite ends of the calendar: whatever the time is, their days begin at different moments.
        ClubId west = nodes.club(partner, "Etc/GMT+12");
        StampCardId card = nodes.stampCard(partner, Fields.with(Fields.plain(west, 10), "{\"max_stamps_per_day\": 3}"))
                .id();
        added(card, 2);

        Problem problem = refusal(nodes.add(1, partner, card, Nodes.stamps(member, 2)));

        assertThat(problem.code()).isEqualTo(Code.STAMP_LIMIT_REACHED);
        assertThat(((Number) problem.details().getOrDefault("remaining_today", -1)).intValue())
                .isEqualTo(1);
        String day = POSTGRES.query("SELECT day FROM stamps.progress WHERE member_id = '" + member + "'")
                .getFirst();
        assertThat(day)
                .isIn(
                        POSTGRES.query("SELECT ((now() - interval '1 minute') AT TIME ZONE 'Etc/GMT+12')::date")
                                .getFirst(),
                        POSTGRES.query("SELECT (now() AT TIME ZONE 'Etc/GMT+12')::date")
                                .getFirst());
        // A day later, by the club's calendar, there is room again.
        POSTGRES.execute("UPDATE stamps.progress SET day = day - 1 WHERE member_id = '" + member + "'");
        assertThat(added(card, 3).currentStamps()).isEqualTo(5);
    }

    /** Breaks when days are counted by the calendar that the club had when a node last looked. */
    @Test
    void countsDaysInTheTimeZoneThatTheClubHasNow() {
        // These two are 26 hours apart, so their dates differ whatever the time is.
        ClubId moving = nodes.club(partner, "Etc/GMT+12");
        StampCardId card = nodes.stampCard(partner, Fields.plain(moving, 10)).id();
        added(card, 1);
        String before = dayOf(member);
        nodes.settle(partner, moving, "Etc/GMT-14");

        added(card, 1);

        assertThat(dayOf(member)).isGreaterThan(before);
    }

    private static String dayOf(MemberId of) {
        return POSTGRES.query("SELECT day FROM stamps.progress WHERE member_id = '" + of + "'")
                .getFirst();
    }

    @Test
    void refusesWhatTheCardDoesNotTake() {
        StampCardId card = nodes.stampCard(
                        partner,
                        Fields.with(
                                Fields.plain(club, 10),
                                "{\"max_stamps_per_transaction\": 2, \"min_purchase_amount\": 5.00}"))
                .id();

        assertThat(refusal(nodes.add(0, partner, card, Nodes.stamps(member, 3))).code())
                .isEqualTo(Code.VALIDATION_FAILED);
        assertThat(refusal(nodes.add(0, partner, card, Nodes.stamps(member, 1))).code())
                .isEqualTo(Code.PURCHASE_BELOW_MINIMUM);
        assertThat(refusal(nodes.add(0, partner, card, paying("4.99"))).code()).isEqualTo(Code.PURCHASE_BELOW_MINIMUM);
        assertThat(get(nodes.add(0, partner, card, paying("5"))).body().currentStamps())
                .isEqualTo(1);
    }

    @Test
    void refusesACardThatIsNotInUseAndHandsOutWhatWasEarned() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 1)).id();
        added(card, 2);
        String past = Instant.now().minus(1, ChronoUnit.DAYS).toString();
        String future = Instant.now().plus(1, ChronoUnit.DAYS).toString();

        nodes.change(partner, card, "{\"valid_from\": \"" + future + "\"}");
        assertThat(unavailable(card)).isEqualTo("NOT_STARTED");
        nodes.change(partner, card, "{\"valid_from\": null, \"valid_until\": \"" + past + "\"}");
        assertThat(unavailable(card)).isEqualTo("EXPIRED");
        assertThat(redeem(card).pendingRewards()).isEqualTo(1);
        nodes.change(partner, card, "{\"is_active\": false}");
        assertThat(unavailable(card)).isEqualTo("INACTIVE");
        assertThat(refusal(nodes.redeem(0, partner, card, member, null)).details())
                .containsEntry("reason", "INACTIVE");
        get(nodes.bus(0).command(new DeleteStampCard(partner, card, Nodes.origin(null))));
        assertThat(refusal(nodes.add(0, partner, card, Nodes.stamps(member, 1))))
                .isEqualTo(Problem.notFound());
        assertThat(refusal(nodes.redeem(0, partner, card, member, null))).isEqualTo(Problem.notFound());
    }

    /** Breaks when stamps are taken whose promised points have nowhere to go. */
    @Test
    void refusesACardWhosePointsHaveNowhereToGo() {
        CardId points = nodes.card(partner, club);
        StampCardId card =
                nodes.stampCard(partner, Fields.points(club, 2, points)).id();
        added(card, 1);
        nodes.delete(points);

        assertThat(unavailable(card)).isEqualTo("REWARD_CARD_GONE");

        // Repaired: the surroundings that were remembered are looked at again.
        CardId other = nodes.card(partner, club);
        nodes.change(partner, card, "{\"reward_card_id\": \"" + other + "\"}");
        assertThat(added(card, 2).pointsAwarded()).isEqualTo(50);
        assertThat(POSTGRES.count("SELECT balance FROM ledger.account WHERE card_id = '" + other + "'"))
                .isEqualTo(50);
    }

    /** Breaks when points are credited in another club than that of the stamps. */
    @Test
    void refusesACardWhosePointsWouldGoToAnotherClub() {
        CardId points = nodes.card(partner, club);
        StampCardId card =
                nodes.stampCard(partner, Fields.points(club, 2, points)).id();
        added(card, 1);
        nodes.move(partner, points, nodes.club(partner, "UTC"));

        assertThat(unavailable(card)).isEqualTo("REWARD_CARD_GONE");

        nodes.move(partner, points, club);
        assertThat(added(card, 1).pointsAwarded()).isEqualTo(50);
    }

    /** Breaks when a first account is opened in a club that its card has left, as the node has not heard of it yet. */
    @Test
    void opensNoAccountInAClubThatTheLoyaltyCardHasLeft() {
        CardId points = nodes.card(partner, club);
        StampCardId card =
                nodes.stampCard(partner, Fields.points(club, 2, points)).id();
        added(card, 1);
        nodes.moveUnheard(partner, points, nodes.club(partner, "UTC"));

        assertThat(unavailable(card)).isEqualTo("REWARD_CARD_GONE");

        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.account WHERE partner_id = '" + partner + "'"))
                .isZero();
    }

    @Test
    void attributesToStaffOfTheCardsClubAndRefusesOthers() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 1)).id();
        StaffId grace = nodes.hire(partner, club);
        StaffId elsewhere = nodes.hire(partner, nodes.club(partner, "UTC"));
        StaffId foreign = nodes.hire(Nodes.partner(), club);

        get(nodes.add(0, partner, card, by(grace)));

        assertThat(POSTGRES.query(
                        "SELECT event || ' ' || attributed_to || ' ' || staff_id FROM stamps.stamp_event WHERE "
                                + "member_id = '" + member + "' ORDER BY sequence"))
                .containsExactly("stamps_added Grace " + grace, "stamp_card_completed Grace " + grace);
        assertThat(refusal(nodes.add(0, partner, card, by(elsewhere))).code()).isEqualTo(Code.VALIDATION_FAILED);
        var both = new StampFields(member.toString(), 11, null, elsewhere, null, null);
        assertThat(refusal(nodes.add(0, partner, card, both)).details().toString())
                .as("all bad fields at once")
                .contains("staff_id")
                .contains("stamps");
        assertThat(refusal(nodes.add(0, partner, card, by(foreign)))).isEqualTo(Problem.notFound("staff_id"));
    }

    @Test
    void refusesAMemberWhoIsNotActive() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 1)).id();
        added(card, 1);
        nodes.putToSleep(member);

        Outcomes.await(
                () -> refusalCode(nodes.add(0, partner, card, Nodes.stamps(member, 1))) == Code.ACCOUNT_INACTIVE);
        Outcomes.await(() -> refusalCode(nodes.redeem(0, partner, card, member, null)) == Code.ACCOUNT_INACTIVE);
    }

    /** Breaks when orders are told apart by card or member: the shop's own number is one per partner. */
    @Test
    void givesAnOrderItsStampsOnce() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 10)).id();
        StampCardId other = nodes.stampCard(partner, Fields.plain(club, 10)).id();
        get(nodes.add(0, partner, card, Nodes.ordered(member, "A-1")));
        String event = POSTGRES.query("SELECT event_id FROM stamps.stamp_event WHERE member_id = '" + member + "'")
                .getFirst();

        Problem problem = refusal(nodes.add(1, partner, other, Nodes.ordered(Nodes.member(), "A-1")));

        assertThat(problem.code()).isEqualTo(Code.CONFLICT);
        assertThat(problem.details()).containsEntry("transaction_id", event);
        // Another partner may use the same number.
        PartnerId elsewhere = Nodes.partner();
        StampCardId theirs = nodes.stampCard(elsewhere, Fields.plain(nodes.club(elsewhere, "UTC"), 10))
                .id();
        assertThat(get(nodes.add(0, elsewhere, theirs, Nodes.ordered(member, "A-1")))
                        .body()
                        .currentStamps())
                .isEqualTo(1);
    }

    @Test
    void neverTouchesTheCardOfAnotherPartner() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 1)).id();
        added(card, 1);
        PartnerId stranger = Nodes.partner();

        assertThat(refusal(nodes.add(0, stranger, card, Nodes.stamps(member, 1))))
                .isEqualTo(Problem.notFound());
        assertThat(refusal(nodes.redeem(0, stranger, card, member, null))).isEqualTo(Problem.notFound());
        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.enrolment WHERE partner_id = '" + stranger + "'"))
                .isZero();
    }

    @CanIgnoreReturnValue
    private StampsAdded added(StampCardId card, int stamps) {
        return get(nodes.add(0, partner, card, Nodes.stamps(member, stamps))).body();
    }

    @CanIgnoreReturnValue
    private StampsRedeemed redeem(StampCardId card) {
        return get(nodes.redeem(1, partner, card, member, null)).body();
    }

    private StampFields paying(String amount) {
        return new StampFields(member.toString(), 1, new BigDecimal(amount), null, null, null);
    }

    private StampFields by(StaffId staff) {
        return new StampFields(member.toString(), 1, null, staff, "note", null);
    }

    private Object unavailable(StampCardId card) {
        Problem problem = refusal(nodes.add(0, partner, card, Nodes.stamps(member, 1)));
        assertThat(problem.code()).isEqualTo(Code.STAMP_CARD_UNAVAILABLE);
        return problem.details().getOrDefault("reason", "none");
    }

    private static @Nullable Code refusalCode(Future<?> command) {
        Object outcome = Outcomes.together(1, node -> command.map(done -> (Done<?>) done))
                .getFirst();
        return outcome instanceof Problem problem ? problem.code() : null;
    }
}
