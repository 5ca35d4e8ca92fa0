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
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.stamps.StampsRequest.DeleteStampCard;
import dev.merit.contracts.stamps.StampsRequest.StampsAdded;
import dev.merit.contracts.stamps.StampsRequest.StampsRedeemed;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One thing at a time, over the bus. */
class StampsVerticleIT {
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
    void completesRoundsAndBeginsTheNextWithTheSurplus() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 3)).id();

        assertThat(added(card, 2)).isEqualTo(new StampsAdded(card, member, 2, 2, 3, 0, 0, 0, 0, null));
        assertThat(added(card, 6)).isEqualTo(new StampsAdded(card, member, 6, 2, 3, 2, 2, 2, 0, null));

        StampsRedeemed redeemed = redeem(card);
        assertThat(redeemed).isEqualTo(new StampsRedeemed(card, member, "Coffee", 1, 2, 2, redeemed.redemptionId()));
        assertThat(redeem(card).pendingRewards()).isZero();
        Problem nothing = refusal(nodes.redeem(0, partner, card, member, null));
        assertThat(nothing.code()).isEqualTo(Code.STAMPS_INCOMPLETE);
        assertThat(nothing.details())
                .containsEntry("current_stamps", 2L)
                .containsEntry("stamps_required", 3L)
                .containsEntry("missing", 1L);
        assertThat(view(card)).isEqualTo("granted 8, current 2, completed 2, expired 0, pending 0");
        assertThat(POSTGRES.query("SELECT event || ' ' || stamps FROM stamps.stamp_event WHERE member_id = '" + member
                        + "' ORDER BY sequence"))
                .containsExactly(
                        "stamps_added 2",
                        "stamps_added 6",
                        "stamp_card_completed -3",
                        "stamp_card_completed -3",
                        "stamps_redeemed 0",
                        "stamps_redeemed 0");
    }

    /**
     * Breaks when the points of a full card are booked apart from its stamps, once for several rounds, or never expire.
     */
    @Test
    void creditsThePointsOfEachRoundInTheSameTransaction() {
        CardId points = nodes.card(partner, club);
        StampCardId card =
                nodes.stampCard(partner, Fields.points(club, 2, points)).id();

        StampsAdded added = added(card, 5);

        assertThat(added.pointsAwarded()).isEqualTo(100);
        assertThat(added.pendingRewards()).isZero();
        assertThat(POSTGRES.query("SELECT event || ' ' || points || ' ' || (created_at + interval '12 months' = "
                        + "points_expire_at) FROM ledger.entry WHERE card_id = '" + points
                        + "' ORDER BY account_sequence"))
                .containsExactly("stamp_card_reward_points 50 true", "stamp_card_reward_points 50 true");
        assertThat(POSTGRES.count("""
                        SELECT count(*)
                          FROM stamps.stamp_event s
                          JOIN ledger.entry e ON e.entry_id = s.transaction_id AND e.created_at <= s.created_at
                         WHERE s.card_id = '%s' AND e.points = s.points_awarded
                        """.formatted(points))).isEqualTo(2);
        assertThat(POSTGRES.query(
                        "SELECT balance || ' ' || lifetime FROM ledger.account WHERE card_id = '" + points + "'"))
                .containsExactly("100 100");
        assertThat(POSTGRES.count(
                        "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM ledger.entry WHERE card_id = '"
                                + points + "' UNION ALL SELECT xmin FROM stamps.stamp_event WHERE stamp_card_id = '"
                                + card + "') x"))
                .isOne();
    }

    @Test
    void givesPointsAndSomethingFromTheCounterWhereBothArePromised() {
        CardId points = nodes.card(partner, club);
        StampCardId card = nodes.stampCard(
                        partner, Fields.with(Fields.points(club, 2, points), "{\"requires_physical_claim\": true}"))
                .id();

        assertThat(added(card, 2)).returns(50L, StampsAdded::pointsAwarded).returns(1L, StampsAdded::pendingRewards);
    }

    @Test
    void tellsConsumersAllThatHappenedInOrder() {
        CardId points = nodes.card(partner, club);
        StampCardId card = nodes.stampCard(
                        partner, Fields.with(Fields.points(club, 2, points), "{\"requires_physical_claim\": true}"))
                .id();
        added(card, 3);
        redeem(card);

        assertThat(POSTGRES.query("""
                        SELECT o.topic || ' ' || e.type || ' ' || e.sequence
                          FROM platform.outbox o
                         CROSS JOIN LATERAL unnest(o.types, o.sequences, o.member_ids) AS e (type, sequence, member_id)
                         WHERE e.member_id = '%s'
                         ORDER BY o.topic, e.sequence
                        """.formatted(member)))
                .containsExactly(
                        "merit.members merit.member.member_enrolled 1",
                        "merit.stamps merit.stamp.stamps_added 1",
                        "merit.stamps merit.stamp.stamp_card_completed 2",
                        "merit.stamps merit.stamp.stamps_redeemed 3",
                        "merit.transactions merit.transaction.stamp_card_reward_points 1");
    }

    /** Breaks when a first stamp without points leaves the member unknown to the partner. */
    @Test
    void enrolsAMemberWithTheFirstStampAndOnlyOnce() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 10)).id();
        added(card, 1);
        added(card, 1);

        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.enrolment WHERE member_id = '" + member + "'"))
                .isOne();
        assertThat(POSTGRES.count(
                        "SELECT last_sequence FROM platform.stream WHERE topic = 'merit.members' AND member_id = '"
                                + member + "'"))
                .isOne();
    }

    @Test
    void letsAnOpenRoundLapseAndKeepsWhatIsPending() {
        StampCardId card = nodes.stampCard(partner, Fields.with(Fields.plain(club, 3), "{\"stamps_expire_days\": 30}"))
                .id();
        Instant expiry = added(card, 5).stampsExpireAt();
        assertThat(expiry)
                .isBetween(
                        Instant.now().plus(Duration.ofDays(29)), Instant.now().plus(Duration.ofDays(31)));
        makeLapse();

        assertThat(nodes.progress(partner, member)).singleElement().satisfies(progress -> {
            assertThat(progress.currentStamps()).isZero();
            assertThat(progress.stampsExpireAt()).isNull();
            assertThat(progress.pendingRewards()).isEqualTo(1);
        });
        assertThat(added(card, 1)).returns(1L, StampsAdded::currentStamps).returns(1L, StampsAdded::pendingRewards);
        assertThat(view(card)).isEqualTo("granted 6, current 1, completed 1, expired 2, pending 1");
    }

    /** Breaks when a refused command forgets what it has noticed, or when a lapsed stamp still helps to a reward. */
    @Test
    void booksTheExpiryAlsoWhenTheCommandIsRefused() {
        StampCardId card = nodes.stampCard(partner, Fields.with(Fields.plain(club, 3), "{\"stamps_expire_days\": 30}"))
                .id();
        added(card, 2);
        makeLapse();

        Problem problem = refusal(nodes.redeem(0, partner, card, member, null));

        assertThat(problem.details()).containsEntry("current_stamps", 0L).containsEntry("missing", 3L);
        assertThat(view(card)).isEqualTo("granted 2, current 0, completed 0, expired 2, pending 0");
    }

    @Test
    void sweepsWhatNobodyAsksFor() {
        StampCardId card = nodes.stampCard(partner, Fields.with(Fields.plain(club, 3), "{\"stamps_expire_days\": 30}"))
                .id();
        added(card, 2);
        makeLapse();

        try (Nodes fresh = new Nodes(POSTGRES, 1)) { // Housekeeping begins with the start of a node.
            assertThat(fresh.bus(0)).isNotNull();
            Outcomes.await(() -> POSTGRES.count(
                            "SELECT count(*) FROM stamps.progress WHERE expired = 2 AND member_id = '" + member + "'")
                    == 1);
        }
        assertThat(POSTGRES.query("SELECT request_id || ' ' || attributed_to FROM stamps.stamp_event WHERE event = "
                        + "'stamps_expired' AND member_id = '" + member + "'"))
                .containsExactly("stamp-sweep System");
    }

    @Test
    void completesARoundThatASmallerRequirementFilledWithTheNextStamp() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 10)).id();
        added(card, 7);
        nodes.change(partner, card, "{\"stamps_required\": 5}");
        assertThat(refusal(nodes.redeem(0, partner, card, member, null)).details())
                .containsEntry("missing", 1L);

        assertThat(added(card, 1)).isEqualTo(new StampsAdded(card, member, 1, 3, 5, 1, 1, 1, 0, null));
        assertThat(POSTGRES.query("SELECT consumed FROM stamps.progress WHERE member_id = '" + member + "'"))
                .containsExactly("5");
    }

    @Test
    void answersARepeatByteForByteAlsoWhenTheCardIsGone() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 1)).id();
        var repeat = Nodes.repeat("add " + member, "body");
        Done<StampsAdded> first = get(nodes.add(0, partner, card, Nodes.stamps(member, 2), repeat));
        var redeemed = Nodes.repeat("redeem " + member, "body");
        Done<StampsRedeemed> out = get(nodes.redeem(0, partner, card, member, redeemed));
        get(nodes.bus(0).command(new DeleteStampCard(partner, card, Nodes.origin(null))));

        assertThat(get(nodes.add(1, partner, card, Nodes.stamps(member, 2), repeat))
                        .replayed())
                .isEqualTo(Json.write(first.body()));
        assertThat(get(nodes.redeem(1, partner, card, member, redeemed)).replayed())
                .isEqualTo(Json.write(out.body()));
        var other = Nodes.repeat("add " + member, "another body");
        assertThat(refusal(nodes.add(1, partner, card, Nodes.stamps(member, 2), other))
                        .code())
                .isEqualTo(Code.IDEMPOTENCY_KEY_REUSED);
        assertThat(view(card)).isEqualTo("granted 2, current 0, completed 2, expired 0, pending 1");
    }

    @Test
    void showsAMemberItsCardsOfAllPartnersAndAPartnerItsOwn() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 3)).id();
        PartnerId other = Nodes.partner();
        StampCardId theirs = nodes.stampCard(other, Fields.plain(nodes.club(other, "UTC"), 3))
                .id();
        added(card, 4);
        get(nodes.add(0, other, theirs, Nodes.stamps(member, 1)));

        assertThat(nodes.progress(null, member))
                .extracting(each -> each.stampCardId())
                .containsExactly(theirs, card);
        assertThat(nodes.progress(partner, member)).singleElement().satisfies(progress -> {
            assertThat(progress.stampCardId()).isEqualTo(card);
            assertThat(progress.currentStamps()).isEqualTo(1);
            assertThat(progress.pendingRewards()).isEqualTo(1);
        });
        assertThat(nodes.progress(Nodes.partner(), member)).isEmpty();
    }

    @CanIgnoreReturnValue
    private StampsAdded added(StampCardId card, int stamps) {
        return get(nodes.add(0, partner, card, Nodes.stamps(member, stamps))).body();
    }

    @CanIgnoreReturnValue
    private StampsRedeemed redeem(StampCardId card) {
        return get(nodes.redeem(1, partner, card, member, null)).body();
    }

    /** Time passes for this member only. */
    private void makeLapse() {
        POSTGRES.execute("UPDATE stamps.progress SET expires_at = now() - interval '1 second' WHERE member_id = '"
                + member + "'");
    }

    private String view(StampCardId card) {
        return POSTGRES.query("SELECT format('granted %s, current %s, completed %s, expired %s, pending %s', granted, "
                        + "current, completed, expired, pending_rewards) FROM audit.v_stamps WHERE stamp_card_id = '"
                        + card
                        + "' AND member_id = '" + member + "'")
                .getFirst();
    }
}
