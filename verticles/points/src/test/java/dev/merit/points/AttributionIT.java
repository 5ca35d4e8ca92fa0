package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.StaffId;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.contracts.points.PointsRequest.Adjust;
import dev.merit.contracts.points.PointsRequest.AdjustFields;
import dev.merit.contracts.points.PointsRequest.BatchItem;
import dev.merit.contracts.points.PointsRequest.BatchMode;
import dev.merit.contracts.points.PointsRequest.CardFields;
import dev.merit.contracts.points.PointsRequest.Corrected;
import dev.merit.contracts.points.PointsRequest.FindTransaction;
import dev.merit.contracts.points.PointsRequest.OnInsufficient;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.RedeemFields;
import dev.merit.contracts.points.PointsRequest.Reverse;
import dev.merit.contracts.points.PointsRequest.ReverseFields;
import dev.merit.contracts.points.PointsRequest.Transaction;
import dev.merit.testing.PostgresFixture;
import dev.merit.testing.WaitingEvents;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who did it: staff named in purchases and redemptions. */
class AttributionIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final MemberId member = Nodes.member();
    private final CardFields fields = Nodes.plainCard();
    private final ClubId club = fields.clubId();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    /** Breaks when entry or event forget who did it. */
    @Test
    void attributesAPurchaseToTheStaffThatIsNamed() {
        CardId card = nodes.card(partner, fields);
        StaffId grace = nodes.hire(partner, club, "Grace");

        Purchased bought = get(buy(card, grace, null)).body();

        assertThat(bought.staffId()).isEqualTo(grace);
        assertThat(bought.attributedTo()).isEqualTo("Grace");
        Transaction stored = get(nodes.bus(0).ask(new FindTransaction(partner, bought.transactionId())));
        assertThat(stored.staffId()).isEqualTo(grace);
        assertThat(stored.attributedTo()).isEqualTo("Grace");
        assertThat(eventOf(bought.transactionId().value())).contains("\"staff_id\":\"" + grace + "\"");
        assertThat(eventOf(bought.transactionId().value()))
                .as("events hold nobody's name")
                .doesNotContain("Grace");
    }

    @Test
    void attributesARedemptionToTheStaffThatIsNamed() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 10);
        StaffId grace = nodes.hire(partner, club, "Grace");
        Done<Purchased> bought = get(buy(card, null, null));
        assertThat(bought.body().attributedTo()).isEqualTo("System");

        var redeemed =
                get(nodes.redeem(0, partner, new RedeemFields(card, reward, member.toString(), grace, null, null)));

        Transaction stored = get(
                nodes.bus(0).ask(new FindTransaction(partner, redeemed.body().transactionId())));
        assertThat(stored.staffId()).isEqualTo(grace);
        assertThat(stored.attributedTo()).isEqualTo("Grace");
    }

    /** Breaks when a correction forgets who made it, or lets anybody be named. */
    @Test
    void attributesCorrectionsAndItemsOfABatchAsWell() {
        CardId card = nodes.card(partner, fields);
        StaffId grace = nodes.hire(partner, club, "Grace");
        StaffId elsewhere = nodes.hire(partner, new ClubId(UUID.randomUUID()), "Linus");
        Purchased bought = get(buy(card, null, null)).body();

        Corrected reversed = get(reverse(bought, grace)).body();
        Corrected adjusted = get(adjust(card, grace)).body();
        var batch = get(nodes.bus(0)
                        .command(new PurchaseBatch(
                                partner,
                                List.of(item(card, grace), item(card, new StaffId(UUID.randomUUID()))),
                                BatchMode.INDEPENDENT,
                                Nodes.origin(null))))
                .body();

        assertThat(List.of(reversed.attributedTo(), adjusted.attributedTo())).containsOnly("Grace");
        assertThat(reversed.staffId()).isEqualTo(grace);
        assertThat(batch.items().getFirst().data())
                .extracting(Purchased::attributedTo)
                .isEqualTo("Grace");
        assertThat(batch.items().getLast().error()).isEqualTo(Problem.notFound("staff_id"));
        assertThat(problem(reverse(bought, elsewhere)).code()).isEqualTo(Code.VALIDATION_FAILED);
        assertThat(problem(adjust(card, elsewhere)).code()).isEqualTo(Code.VALIDATION_FAILED);
    }

    private Future<Done<Corrected>> reverse(Purchased bought, StaffId staff) {
        var part = new ReverseFields(BigDecimal.ONE, "returned", staff, null, OnInsufficient.NEGATIVE);
        return nodes.bus(0).command(new Reverse(partner, bought.transactionId(), part, Nodes.origin(null)));
    }

    private Future<Done<Corrected>> adjust(CardId card, StaffId staff) {
        var fields = new AdjustFields(card, member.toString(), 5, "goodwill", staff, null, null);
        return nodes.bus(0).command(new Adjust(partner, fields, Nodes.origin(null)));
    }

    private BatchItem item(CardId card, StaffId staff) {
        var purchase = new PurchaseFields(card, member.toString(), BigDecimal.TEN, staff, null, null, null);
        String key = UUID.randomUUID().toString();
        return new BatchItem(purchase, Nodes.repeat(key, key), null);
    }

    /** Breaks when a till may name whom it likes: unknown and foreign staff must look the same. */
    @Test
    void refusesUnknownAndForeignStaffAlike() {
        CardId card = nodes.card(partner, fields);
        RewardId reward = nodes.reward(partner, card, 10);
        StaffId foreign = nodes.hire(Nodes.partner(), club, "Somebody");
        StaffId unknown = new StaffId(UUID.randomUUID());

        Problem refused = problem(buy(card, unknown, null));

        assertThat(refused).isEqualTo(Problem.notFound("staff_id"));
        assertThat(problem(buy(card, foreign, null))).isEqualTo(refused);
        assertThat(problem(nodes.redeem(
                        0, partner, new RedeemFields(card, reward, member.toString(), foreign, null, null))))
                .isEqualTo(refused);
        assertThat(POSTGRES.count("SELECT count(*) FROM audit.v_ledger WHERE card_id = '" + card + "'"))
                .isZero();
    }

    /** Breaks when anybody of the partner will do. */
    @Test
    void refusesStaffOfAnotherClub() {
        CardId card = nodes.card(partner, fields);
        StaffId elsewhere = nodes.hire(partner, new ClubId(UUID.randomUUID()), "Linus");

        Problem refused = problem(buy(card, elsewhere, null));

        assertThat(refused.code()).isEqualTo(Code.VALIDATION_FAILED);
        assertThat(String.valueOf(refused.details().get("errors"))).startsWith("{staff_id=");
    }

    /** Breaks when a till has to send a purchase or a reversal twice to learn of two bad fields. */
    @Test
    void tellsOfStaffOfAnotherClubTogetherWithTheOtherBadFields() {
        CardId card = nodes.card(partner, fields);
        RewardId elsewhere = nodes.reward(partner, nodes.card(partner, fields), 10);
        StaffId linus = nodes.hire(partner, new ClubId(UUID.randomUUID()), "Linus");
        Purchased bought = get(buy(card, null, null)).body();
        var late = new PurchaseFields(
                card,
                member.toString(),
                new BigDecimal("1.999"),
                linus,
                null,
                null,
                Instant.now().plusSeconds(60));
        var part = new ReverseFields(new BigDecimal("26"), "wrong", linus, null, OnInsufficient.NEGATIVE);

        assertThat(badFields(nodes.purchase(0, partner, late, null)))
                .containsExactlyInAnyOrder("staff_id", "purchase_amount", "occurred_at");
        assertThat(badFields(nodes.redeem(
                        0, partner, new RedeemFields(card, elsewhere, member.toString(), linus, null, null))))
                .containsExactlyInAnyOrder("staff_id", "reward_id");
        assertThat(badFields(
                        nodes.bus(0).command(new Reverse(partner, bought.transactionId(), part, Nodes.origin(null)))))
                .containsExactlyInAnyOrder("staff_id", "amount");
    }

    private static Set<String> badFields(Future<?> refused) {
        Object errors = problem(refused).details().getOrDefault("errors", Map.of());
        return ((Map<?, ?>) errors).keySet().stream().map(String::valueOf).collect(Collectors.toSet());
    }

    /** Breaks when staff that left is remembered, or when a repeat is judged by who works there today. */
    @Test
    void forgetsStaffThatLeftButStillAnswersARepeat() {
        CardId card = nodes.card(partner, fields);
        StaffId grace = nodes.hire(partner, club, "Grace");
        Repeat repeat = Nodes.repeat(UUID.randomUUID().toString(), "body");
        Purchased bought = get(buy(card, grace, repeat)).body();

        nodes.dismiss(grace);

        Awaitility.await().untilAsserted(() -> assertThat(isRefused(buy(card, grace, null)))
                .isTrue());
        assertThat(problem(buy(card, grace, null))).isEqualTo(Problem.notFound("staff_id"));
        Done<Purchased> again = get(buy(card, grace, repeat));
        assertThat(again.replayed()).isNotNull();
        assertThat(again.body()).isEqualTo(bought);
    }

    private Future<Done<Purchased>> buy(CardId card, @Nullable StaffId staff, @Nullable Repeat repeat) {
        var purchase = new PurchaseFields(card, member.toString(), new BigDecimal("25"), staff, null, null, null);
        return nodes.purchase(0, partner, purchase, repeat);
    }

    private static boolean isRefused(Future<?> command) {
        try {
            Object unused = get(command);
            return false;
        } catch (ProblemException refusal) {
            return true;
        }
    }

    private static Problem problem(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem();
    }

    private static String eventOf(UUID id) {
        return WaitingEvents.of(POSTGRES, TransactionRecorded.TOPIC).stream()
                .filter(event -> event.get("id").textValue().equals(id.toString()))
                .map(JsonNode::toString)
                .findFirst()
                .orElseThrow();
    }
}
