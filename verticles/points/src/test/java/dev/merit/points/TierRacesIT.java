package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Races for a tier, over two nodes on one database and two cards of one club: they share no account, only a standing.
 */
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
            MemberId member = member(club, cards, round);

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
            MemberId member = member(club, cards, round);

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

    /** Breaks when a first purchase takes a card's club as it was read before a move that is about to be committed. */
    @Test
    void booksInTheClubThatTheCardIsMovingTo() throws SQLException {
        var club = Tiered.club(nodes);
        var other = new ClubId(UUID.randomUUID());
        CardId card = club.card();

        Future<Done<Purchased>> bought;
        try (Connection move = POSTGRES.connection();
                Statement statement = move.createStatement()) {
            move.setAutoCommit(false);
            statement.execute("SELECT 1 FROM ledger.card_club WHERE card_id = '" + card + "' FOR UPDATE");
            statement.execute("UPDATE points.card SET club_id = '" + other + "' WHERE card_id = '" + card + "'");
            statement.execute("UPDATE ledger.card_club SET club_id = '" + other + "' WHERE card_id = '" + card + "'");
            bought = nodes.purchase(0, club.partner(), Nodes.of(card, Nodes.member(), "1"), null);
            Awaitility.await().until(() -> somebodyWaitsIn("ledger.card_club"));
            move.commit();
        }

        assertThat(get(bought).body().pointsAwarded()).isEqualTo(1);
        assertThat(clubsOfAccounts(card)).containsExactly(other.toString());
    }

    /** Breaks when a card can leave its club while its first purchase is about to be committed. */
    @Test
    void keepsACardInItsClubWhileItsFirstPurchaseIsWritten() throws SQLException {
        var club = Tiered.club(nodes);
        var other = new ClubId(UUID.randomUUID());
        CardId card = club.card();

        Future<Done<Card>> moved;
        try (Connection booking = POSTGRES.connection();
                Statement statement = booking.createStatement()) {
            booking.setAutoCommit(false);
            statement.execute("SELECT 1 FROM ledger.card_club WHERE card_id = '" + card + "' FOR KEY SHARE");
            statement.execute("""
                    INSERT INTO ledger.account (partner_id, member_id, card_id, club_id, balance, lifetime, entry_count,
                                                purchase_count, created_at, updated_at)
                    VALUES ('%s', gen_random_uuid(), '%s', '%s', 1, 1, 1, 1, now(), now())
                    """.formatted(club.partner(), card, club.club()));
            moved = nodes.bus(0)
                    .command(new UpdateCard(
                            club.partner(), card, new Patch("{\"club_id\":\"" + other + "\"}"), Nodes.origin(null)));
            Awaitility.await().until(() -> somebodyWaitsIn("ledger.card_club"));
            booking.commit();
        }

        Problem refused = ((ProblemException) failure(moved)).problem();
        assertThat(refused.code()).isEqualTo(Problem.Code.VALIDATION_FAILED);
        assertThat(refused.details().toString()).contains("club_id");
    }

    /**
     * Breaks when an ordinary change of a card, which may take a while, holds up whoever buys on it for the first time.
     */
    @Test
    void doesNotMakeAFirstPurchaseWaitForAnOrdinaryChangeOfItsCard() throws SQLException {
        var club = Tiered.club(nodes);
        CardId card = club.card();

        try (Connection change = POSTGRES.connection();
                Statement statement = change.createStatement()) {
            change.setAutoCommit(false);
            statement.execute("SELECT 1 FROM points.card WHERE card_id = '" + card + "' FOR NO KEY UPDATE");
            statement.execute("UPDATE points.card SET name = 'New' WHERE card_id = '" + card + "'");

            assertThat(get(nodes.purchase(0, club.partner(), Nodes.of(card, Nodes.member(), "1"), null))
                            .body()
                            .pointsAwarded())
                    .isEqualTo(1);
            change.rollback();
        }
    }

    private static boolean somebodyWaitsIn(String table) {
        return POSTGRES.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"
                        + table + "%' AND datname = current_database()")
                == 1;
    }

    private static List<String> clubsOfAccounts(CardId card) {
        return POSTGRES.query("SELECT club_id FROM ledger.account WHERE card_id = '" + card + "'");
    }

    /**
     * Each node has a card of its own, so that their batches have no account in common: then nothing but the standing
     * keeps them apart.
     */
    private static List<Purchased> together(Tiered club, List<CardId> cards, MemberId member) {
        return IntStream.range(0, CALLERS)
                .mapToObj(i ->
                        nodes.purchase(i, club.partner(), Nodes.of(cards.get(i % cards.size()), member, "10"), null))
                .toList()
                .stream()
                .map(sent -> get(sent).body())
                .toList();
    }

    /** A member in every other round new, else one that is known on both cards, without any points. */
    private static MemberId member(Tiered club, List<CardId> cards, int round) {
        MemberId member = Nodes.member();
        if (round % 2 == 0) {
            cards.forEach(
                    card -> assertThat(get(nodes.purchase(0, club.partner(), Nodes.of(card, member, "0.50"), null))
                                    .body()
                                    .newBalance())
                            .isZero());
        }
        return member;
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
