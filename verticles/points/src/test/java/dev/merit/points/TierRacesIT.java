package dev.merit.points;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Races for a tier, over two nodes on one database and two cards of one club: they share no account, only a standing. */
class TierRacesIT {
    private static final int CALLERS = 20;

    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Breaks when the sum over the cards is read without the standing's lock, or before it. */
    @Test
    void crossesEachThresholdOnceAndInOrder() {
        var club = Tiered.club(nodes);
        club.tier("Silver", 50, "1");
        club.tier("Gold", 100, "1");
        club.tier("Platinum", 200, "1");
        List<CardId> cards = List.of(club.card(), club.card());
        for (int round = 0; round < 30; round++) {
            MemberId member = Nodes.member();

            List<Purchased> bought = together(club, cards, member);

            assertThat(club.told(POSTGRES, member))
                    .as("round %d", round)
                    .containsExactly("- Silver 50", "Silver Gold 100", "Gold Platinum 200");
            assertThat(Stream.of("Silver", "Gold", "Platinum").map(tier -> bought.stream()
                            .filter(each ->
                                    each.tier() != null && each.tier().name().equals(tier))
                            .count()))
                    .as("held after the 5th to the 9th, the 10th to the 19th, and the 20th")
                    .containsExactly(5L, 10L, 1L);
            assertThat(club.enrolled(POSTGRES, member)).isEqualTo(1);
        }
        assertStandingsTieOut(club);
    }

    /** Breaks when two purchases on two cards are multiplied by a tier that neither could have held. */
    @Test
    void multipliesAsIfOnePurchaseHadFollowedTheOther() {
        var club = Tiered.club(nodes);
        club.tier("Silver", 50, "2");
        club.tier("Gold", 150, "3.5");
        List<CardId> cards = List.of(club.card(), club.card());
        for (int round = 0; round < 30; round++) {
            MemberId member = Nodes.member();

            List<Purchased> bought = together(club, cards, member);

            // Five at 10, five at 20, ten at 35: whatever their order, equal purchases add up alike.
            assertThat(bought.stream().map(Purchased::pointsAwarded).sorted())
                    .as("round %d", round)
                    .containsExactlyElementsOf(Stream.of(10L, 20L, 35L)
                            .flatMap(points -> Stream.generate(() -> points).limit(points == 35 ? 10 : 5))
                            .toList());
            assertThat(club.told(POSTGRES, member)).containsExactly("- Silver 50", "Silver Gold 150");
        }
        assertStandingsTieOut(club);
    }

    /** Breaks when a card can leave its club in the moment in which its first member earns on it. */
    @Test
    void keepsPointsInTheClubOfTheirCard() {
        var club = Tiered.club(nodes);
        var other = new ClubId(UUID.randomUUID());
        for (int round = 0; round < 60; round++) {
            CardId card = club.card();

            Future<Done<Card>> moved = nodes.bus(round)
                    .command(new UpdateCard(
                            club.partner(), card, new Patch("{\"club_id\":\"" + other + "\"}"), Nodes.origin(null)));
            Future<Done<Purchased>> bought =
                    nodes.purchase(round + 1, club.partner(), Nodes.of(card, Nodes.member(), "1"), null);

            assertThat(get(bought).body().pointsAwarded()).isEqualTo(1);
            settle(moved);
        }
        assertThat(POSTGRES.query("""
                SELECT a.card_id
                  FROM ledger.account a
                  JOIN points.card c ON c.partner_id = a.partner_id AND c.card_id = a.card_id
                 WHERE a.partner_id = '%s' AND a.club_id <> c.club_id
                """.formatted(club.partner()))).isEmpty();
    }

    private static List<Purchased> together(Tiered club, List<CardId> cards, MemberId member) {
        return IntStream.range(0, CALLERS)
                .mapToObj(i -> nodes.purchase(
                        i / 2, club.partner(), Nodes.of(cards.get(i % cards.size()), member, "10"), null))
                .toList()
                .stream()
                .map(sent -> get(sent).body())
                .toList();
    }

    private static void settle(Future<?> sent) {
        try {
            get(sent);
        } catch (ProblemException refused) {
            assertThat(refused.problem().details().toString()).contains("club_id");
        }
    }

    /** The tier announced last is the one that the sum of the accounts leads to. */
    private static void assertStandingsTieOut(Tiered club) {
        assertThat(POSTGRES.query("""
                SELECT s.member_id
                  FROM ledger.standing s
                 WHERE s.partner_id = '%s'
                   AND s.tier_id IS DISTINCT FROM (
                       SELECT t.tier_id
                         FROM ledger.tier t
                        WHERE t.partner_id = s.partner_id AND t.club_id = s.club_id
                          AND t.points_threshold <= (SELECT sum(a.lifetime)
                                                       FROM ledger.account a
                                                      WHERE a.partner_id = s.partner_id AND a.member_id = s.member_id
                                                        AND a.club_id = s.club_id)
                        ORDER BY t.points_threshold DESC
                        LIMIT 1)
                """.formatted(club.partner()))).isEmpty();
    }
}
