package dev.merit.stamps;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.stamps.StampsRequest.DeleteStampCard;
import dev.merit.contracts.stamps.StampsRequest.StampsAdded;
import dev.merit.contracts.stamps.StampsRequest.StampsRedeemed;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Races over two nodes on one database. */
class StampsRacesIT {
    private static final int ROUNDS = 300;
    private static final int CALLERS = 20;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();

    @SuppressWarnings("NullAway.Init")
    private ClubId club;

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @BeforeEach
    void open() {
        club = nodes.club(partner, "UTC");
    }

    /** Breaks when the stamps are read without their lock, or decided before the lock is held. */
    @Test
    void completesAsManyRoundsAsTwentyTillsFillTogether() {
        CardId points = nodes.card(partner, club);
        StampCardId card =
                nodes.stampCard(partner, Fields.points(club, 6, points)).id();
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            get(nodes.add(round, partner, card, Nodes.stamps(member, 5)));

            List<Object> outcomes =
                    Outcomes.together(CALLERS, node -> nodes.add(node, partner, card, Nodes.stamps(member, 1)));

            assertThat(outcomes).as("round %d", round).hasOnlyElementsOfType(StampsAdded.class);
            assertThat(outcomes.stream()
                            .mapToLong(each -> ((StampsAdded) each).completed())
                            .sum())
                    .isEqualTo((5 + CALLERS) / 6);
            assertThat(outcomes.stream()
                            .mapToLong(each -> ((StampsAdded) each).pointsAwarded())
                            .sum())
                    .isEqualTo((5 + CALLERS) / 6 * 50L);
            // Each caller saw a state of its own: no two of them filled the same place.
            assertThat(outcomes)
                    .extracting(
                            each -> ((StampsAdded) each).completedCount() * 6 + ((StampsAdded) each).currentStamps())
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(6, 5 + CALLERS).boxed().toList());
        }
        assertThat(POSTGRES.query(
                        "SELECT DISTINCT granted || ' ' || current || ' ' || completed FROM audit.v_stamps WHERE "
                                + "stamp_card_id = '" + card + "'"))
                .containsExactly((5 + CALLERS) + " " + (5 + CALLERS) % 6 + " " + (5 + CALLERS) / 6);
        assertThat(POSTGRES.query("SELECT DISTINCT balance || ' ' || entry_count FROM ledger.account WHERE card_id = '"
                        + points + "'"))
                .containsExactly((5 + CALLERS) / 6 * 50 + " " + (5 + CALLERS) / 6);
    }

    /** Breaks when a pending reward is looked for before the lock is held. */
    @Test
    void handsOutAPendingRewardOnceHoweverManyTillsAsk() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 2)).id();
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            get(nodes.add(round, partner, card, Nodes.stamps(member, 3)));

            List<Object> outcomes = Outcomes.together(CALLERS, node -> nodes.redeem(node, partner, card, member, null));

            assertThat(outcomes)
                    .as("round %d", round)
                    .filteredOn(StampsRedeemed.class::isInstance)
                    .hasSize(1);
            assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(refusal -> assertThat(
                            ((Problem) refusal).code())
                    .isEqualTo(Code.STAMPS_INCOMPLETE));
        }
        assertThat(POSTGRES.count("SELECT count(*) FROM stamps.redemption WHERE stamp_card_id = '" + card + "'"))
                .isEqualTo(ROUNDS);
    }

    /**
     * Breaks when a row that is not there yet is trusted to lock anything, or the loser of that race is not tried
     * again.
     */
    @Test
    void losesNoStampInARaceOfFirstStamps() {
        CardId points = nodes.card(partner, club);
        StampCardId card =
                nodes.stampCard(partner, Fields.points(club, 7, points)).id();
        StampCardId other = nodes.stampCard(partner, Fields.plain(club, 7)).id();
        for (int round = 0; round < 50; round++) {
            MemberId member = Nodes.member();

            List<Object> outcomes = Outcomes.together(
                    CALLERS, node -> nodes.add(node, partner, node % 4 < 2 ? card : other, Nodes.stamps(member, 1)));

            assertThat(outcomes).as("round %d", round).hasOnlyElementsOfType(StampsAdded.class);
            assertThat(POSTGRES.query("SELECT granted || ' ' || completed FROM audit.v_stamps WHERE member_id = '"
                            + member + "'"))
                    .containsExactly("10 1", "10 1");
            assertThat(POSTGRES.count("SELECT count(*) FROM ledger.enrolment WHERE member_id = '" + member + "'"))
                    .isOne();
            assertThat(POSTGRES.count("SELECT last_sequence FROM platform.stream WHERE topic = 'merit.members' AND "
                            + "member_id = '" + member + "'"))
                    .isOne();
        }
    }

    /** Breaks when the key is looked up before the lock, kept in memory, or written in another transaction. */
    @Test
    void actsOnceForOneIdempotencyKeySentTwentyTimesAtOnce() {
        CardId points = nodes.card(partner, club);
        StampCardId card =
                nodes.stampCard(partner, Fields.points(club, 2, points)).id();
        for (int round = 0; round < ROUNDS; round++) {
            MemberId member = Nodes.member();
            Repeat repeat = Nodes.repeat("add " + member, "body");

            List<Done<StampsAdded>> done = IntStream.range(0, CALLERS)
                    .mapToObj(node -> nodes.add(node, partner, card, Nodes.stamps(member, 3), repeat))
                    .toList()
                    .stream()
                    .map(each -> get(each))
                    .toList();

            assertThat(done)
                    .as("round %d", round)
                    .filteredOn(each -> each.replayed() == null)
                    .hasSize(1);
            String first = Json.write(done.getFirst().body());
            assertThat(done).allSatisfy(each -> assertThat(each.replayed() == null ? first : each.replayed())
                    .isEqualTo(first));
        }
        assertThat(POSTGRES.query("SELECT DISTINCT granted FROM audit.v_stamps WHERE stamp_card_id = '" + card + "'"))
                .containsExactly("3");
        assertThat(POSTGRES.query("SELECT DISTINCT balance FROM ledger.account WHERE card_id = '" + points + "'"))
                .containsExactly("50");
    }

    /**
     * Breaks when two lanes or nodes may both find an order without stamps: the index refuses one, which looks again.
     */
    @Test
    void givesAnOrderItsStampsOnceHoweverManyMembersItIsSentFor() {
        StampCardId card = nodes.stampCard(partner, Fields.plain(club, 10)).id();
        for (int round = 0; round < 50; round++) {
            String order = "order-" + round;

            List<Object> outcomes = Outcomes.together(
                    CALLERS, node -> nodes.add(node, partner, card, Nodes.ordered(Nodes.member(), order)));

            assertThat(outcomes).filteredOn(StampsAdded.class::isInstance).hasSize(1);
            assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(refusal -> assertThat(
                            ((Problem) refusal).code())
                    .isEqualTo(Code.CONFLICT));
        }
    }

    /** Breaks when the day's stamps are counted before the lock is held. */
    @Test
    void keepsTheLimitOfADayInARace() {
        StampCardId card = nodes.stampCard(partner, Fields.with(Fields.plain(club, 100), "{\"max_stamps_per_day\": 7}"))
                .id();
        for (int round = 0; round < 50; round++) {
            MemberId member = Nodes.member();

            List<Object> outcomes =
                    Outcomes.together(CALLERS, node -> nodes.add(node, partner, card, Nodes.stamps(member, 1)));

            assertThat(outcomes)
                    .as("round %d", round)
                    .filteredOn(StampsAdded.class::isInstance)
                    .hasSize(7);
        }
    }

    /** Breaks when one stamp sees half of a change, or when a card's points go to the card that it had before. */
    @Test
    void addsEachStampWhollyBeforeOrAfterAChangeOfItsCard() {
        for (int round = 0; round < 20; round++) {
            CardId before = nodes.card(partner, club);
            CardId after = nodes.card(partner, club);
            StampCardId card =
                    nodes.stampCard(partner, Fields.points(club, 1, before)).id();
            String change = "{\"reward_points\": 70, \"reward_card_id\": \"" + after + "\", \"stamps_required\": 2}";

            List<Future<Done<StampsAdded>>> early = addsFor(card);
            nodes.change(partner, card, change);
            List<Future<Done<StampsAdded>>> late = addsFor(card);
            early.forEach(each -> get(each));

            assertThat(late).allSatisfy(each -> assertThat(get(each).body())
                    .returns(2L, StampsAdded::stampsRequired)
                    .returns(0L, StampsAdded::pointsAwarded));
            assertThat(POSTGRES.count("""
                            SELECT count(*)
                              FROM stamps.stamp_event e
                             WHERE e.stamp_card_id = '%s' AND e.event = 'stamp_card_completed'
                               AND (e.stamps_required, e.points_awarded, e.card_id)
                                   NOT IN ((1, 50, '%s'::uuid), (2, 70, '%s'::uuid))
                            """.formatted(card, before, after))).isZero();
        }
    }

    @Test
    void addsEachStampWhollyBeforeTheCardIsDeletedOrRefusesIt() {
        for (int round = 0; round < 20; round++) {
            StampCardId card = nodes.stampCard(partner, Fields.plain(club, 100)).id();
            MemberId member = Nodes.member();
            var delete = new DeleteStampCard(partner, card, Nodes.origin(null));

            List<Object> outcomes = Outcomes.together(
                    CALLERS,
                    node -> node == CALLERS / 2
                            ? nodes.bus(node).command(delete)
                            : nodes.add(node, partner, card, Nodes.stamps(member, 1)));

            long added = outcomes.stream().filter(StampsAdded.class::isInstance).count();
            assertThat(outcomes).filteredOn(Problem.class::isInstance).allSatisfy(refusal -> assertThat(refusal)
                    .isEqualTo(Problem.notFound()));
            assertThat(Outcomes.refusal(nodes.add(round, partner, card, Nodes.stamps(member, 1))))
                    .isEqualTo(Problem.notFound());
            assertThat(POSTGRES.count("SELECT coalesce(sum(granted), 0) FROM audit.v_stamps WHERE stamp_card_id = '"
                            + card + "'"))
                    .isEqualTo(added);
        }
    }

    /** What an auditor would find, whatever ran beside what: every figure is that of the facts. */
    @AfterEach
    void tiesOut() {
        assertThat(POSTGRES.count("""
                        SELECT count(*)
                          FROM stamps.progress p
                          JOIN (SELECT partner_id, member_id, stamp_card_id,
                                       sum(stamps) FILTER (WHERE event = 'stamps_added') AS granted,
                                       coalesce(-sum(stamps) FILTER (WHERE event = 'stamp_card_completed'), 0) AS consumed,
                                       coalesce(-sum(stamps) FILTER (WHERE event = 'stamps_expired'), 0) AS expired,
                                       count(*) FILTER (WHERE event = 'stamp_card_completed') AS completed,
                                       sum(stamps) AS current, max(sequence) AS last, count(*) AS events
                                  FROM stamps.stamp_event
                                 GROUP BY 1, 2, 3) e USING (partner_id, member_id, stamp_card_id)
                         WHERE (p.granted, p.consumed, p.expired, p.completed_count, p.current_stamps, p.event_count,
                                e.last)
                               IS DISTINCT FROM (e.granted, e.consumed, e.expired, e.completed, e.current, e.last,
                                e.events)
                        """)).isZero();
        assertThat(POSTGRES.count("""
                        SELECT count(*)
                          FROM ledger.entry e
                          FULL JOIN (SELECT * FROM stamps.stamp_event WHERE transaction_id IS NOT NULL) s
                            ON s.transaction_id = e.entry_id AND s.points_awarded = e.points AND s.card_id = e.card_id
                               AND s.member_id = e.member_id AND s.partner_id = e.partner_id
                         WHERE s.transaction_id IS NULL OR e.entry_id IS NULL
                        """)).isZero();
        assertThat(POSTGRES.count("""
                        SELECT count(*)
                          FROM ledger.account a
                         WHERE a.balance <> (SELECT sum(points) FROM ledger.entry e
                                              WHERE e.partner_id = a.partner_id AND e.member_id = a.member_id
                                                AND e.card_id = a.card_id)
                        """)).isZero();
    }

    private List<Future<Done<StampsAdded>>> addsFor(StampCardId card) {
        return IntStream.range(0, CALLERS)
                .mapToObj(node -> nodes.add(node, partner, card, Nodes.stamps(Nodes.member(), 1)))
                .toList();
    }
}
