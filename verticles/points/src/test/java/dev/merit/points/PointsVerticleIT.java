package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RewardId;
import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.Card;
import dev.merit.contracts.points.PointsRequest.DeleteCard;
import dev.merit.contracts.points.PointsRequest.FindBalance;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.PointsRequest.FindReward;
import dev.merit.contracts.points.PointsRequest.FindTransaction;
import dev.merit.contracts.points.PointsRequest.ListCards;
import dev.merit.contracts.points.PointsRequest.ListTransactions;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.Transaction;
import dev.merit.contracts.points.PointsRequest.TransactionFilter;
import dev.merit.contracts.points.PointsRequest.TransactionPage;
import dev.merit.contracts.points.PointsRequest.UpdateCard;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Points over the bus, one thing at a time. */
class PointsVerticleIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final MemberId member = Nodes.member();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void answersAPurchaseWithExactDecimalsAndBothBalances() {
        CardId card = nodes.card(partner, Nodes.card(5));
        buy(card, "3");

        Purchased bought = buy(card, "24.5");

        assertThat(bought.purchaseAmount().toPlainString()).isEqualTo("24.50");
        assertThat(bought.currency()).isEqualTo("EUR");
        assertThat(bought.pointsAwarded()).isEqualTo(24);
        assertThat(bought.previousBalance()).isEqualTo(8);
        assertThat(bought.newBalance()).isEqualTo(32);
        assertThat(bought.attributedTo()).isEqualTo("System");
        assertThat(bought.tier()).isNull();
    }

    /** Breaks when a purchase that earns nothing is dropped. */
    @Test
    void recordsAPurchaseThatEarnsNothing() {
        CardId card = nodes.card(partner, Nodes.plainCard());

        Purchased bought = buy(card, "0.50");

        assertThat(bought.pointsAwarded()).isZero();
        assertThat(get(nodes.bus(0).ask(new FindTransaction(partner, bought.transactionId())))
                        .points())
                .isZero();
    }

    /** Breaks when a lookup forgets the tenant: a foreign id must look like an unknown one. */
    @Test
    void showsNothingOfOneTenantToAnother() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 10);
        Purchased bought = buy(card, "50");
        PartnerId stranger = Nodes.partner();
        CardId strangersCard = nodes.card(stranger, Nodes.plainCard());

        assertThat(List.of(
                        problem(nodes.bus(0).ask(new FindCard(stranger, card))),
                        problem(nodes.bus(0).ask(new FindReward(stranger, reward))),
                        problem(nodes.bus(0).ask(new FindTransaction(stranger, bought.transactionId()))),
                        problem(nodes.bus(0).ask(new FindBalance(stranger, member, card))),
                        problem(nodes.bus(0).ask(new FindBalance(stranger, member, strangersCard)))))
                .containsOnly(problem(nodes.bus(0).ask(new FindCard(stranger, new CardId(UUID.randomUUID())))));
        assertThat(problem(nodes.purchase(0, stranger, Nodes.of(card, member, "1"), null))
                        .details())
                .containsEntry("field", "card_id");
        assertThat(problem(nodes.redeem(0, stranger, Nodes.of(strangersCard, reward, member)))
                        .details())
                .containsEntry("field", "reward_id");
        assertThat(get(nodes.bus(0).ask(new ListCards(stranger, null, null, null, new Paging(1, 100, null))))
                        .items())
                .extracting(Card::id)
                .containsExactly(strangersCard);
        assertThat(list(stranger, new Paging(1, 100, null)).items()).isEmpty();
    }

    /** Breaks when expired points stay spendable until the sweep has come by. */
    @Test
    void doesNotLetExpiredPointsBeSpent() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 100);
        buy(card, "100");
        buy(card, "30");
        expireFirstLot(card);

        assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(30);
        assertThat(entries(card)).as("a read writes nothing").isEqualTo(2);

        Problem refused = problem(nodes.redeem(0, partner, Nodes.of(card, reward, member)));

        assertThat(refused.code()).isEqualTo(Code.INSUFFICIENT_BALANCE);
        assertThat(refused.details()).containsEntry("balance", 30L).containsEntry("deficit", 70L);
    }

    /** Breaks when a command does not book the expiry before its own entry. */
    @Test
    void booksExpiryBeforeTheCommandThatFindsIt() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        buy(card, "100");
        expireFirstLot(card);

        Purchased bought = buy(card, "7");

        assertThat(bought.previousBalance()).isZero();
        assertThat(bought.newBalance()).isEqualTo(7);
        assertThat(list(partner, new Paging(1, 10, null)).items())
                .extracting(Transaction::event)
                .containsExactly(
                        "staff_credited_points_for_purchase",
                        "system_expired_points",
                        "staff_credited_points_for_purchase");
    }

    /** Breaks when pages are counted from the front while entries are added there. */
    @Test
    void keepsACursorStableWhileEntriesAreAdded() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        List<TransactionId> bought = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            bought.addFirst(buy(card, "1").transactionId());
        }
        TransactionPage first = list(partner, new Paging(1, 3, null));
        buy(card, "1");
        List<Transaction> seen = new ArrayList<>(first.items());
        @Nullable String cursor = first.pagination().nextCursor();
        while (cursor != null) {
            TransactionPage next = list(partner, new Paging(1, 3, cursor));
            seen.addAll(next.items());
            cursor = next.pagination().nextCursor();
        }

        assertThat(seen).extracting(Transaction::id).containsExactlyElementsOf(bought);
        assertThat(first.pagination().total()).isEqualTo(7);
        assertThat(problem(nodes.bus(0)
                                .ask(new ListTransactions(
                                        partner,
                                        new TransactionFilter(null, null, null, null, null),
                                        new Paging(1, 3, "nonsense"))))
                        .code())
                .isEqualTo(Code.VALIDATION_FAILED);
    }

    /** Breaks when a change is made to a card that was changed since it was read. */
    @Test
    void changesACardOnlyWhereItsTagStillFits() {
        CardId id = nodes.card(partner, Nodes.plainCard());
        Card card = get(nodes.bus(0).ask(new FindCard(partner, id)));
        Patch patch = new Patch("{\"name\":\"New\",\"points_expire_months\":null}");
        var stale = new dev.merit.contracts.Origin("test", null, "\"stale\"");
        var fresh = new dev.merit.contracts.Origin("test", null, Json.etag(card));

        assertThat(problem(nodes.bus(0).command(new UpdateCard(partner, id, patch, stale)))
                        .code())
                .isEqualTo(Code.PRECONDITION_FAILED);
        Card changed = get(nodes.bus(0).command(new UpdateCard(partner, id, patch, fresh)))
                .body();

        assertThat(changed.name()).isEqualTo("New");
        assertThat(changed.title()).as("follows the name").isEqualTo("New");
        assertThat(changed.pointsExpireMonths()).isNull();
        assertThat(changed.currency()).isEqualTo("EUR");
    }

    @Test
    void refusesUseOfADeletedCardAndKeepsItsHistory() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        Purchased bought = buy(card, "5");
        get(nodes.bus(0).command(new DeleteCard(partner, card, Nodes.origin(null))));

        assertThat(problem(nodes.purchase(0, partner, Nodes.of(card, member, "1"), null))
                        .code())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(get(nodes.bus(0).ask(new FindTransaction(partner, bought.transactionId())))
                        .cardId())
                .isEqualTo(card);
    }

    /** Breaks when one idempotency key may stand for two bodies. */
    @Test
    void refusesAnIdempotencyKeyWithAnotherBody() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        String key = UUID.randomUUID().toString();
        get(nodes.purchase(0, partner, Nodes.of(card, member, "5"), Nodes.repeat(key, "one")));

        assertThat(problem(nodes.purchase(0, partner, Nodes.of(card, member, "6"), Nodes.repeat(key, "other")))
                        .code())
                .isEqualTo(Code.IDEMPOTENCY_KEY_REUSED);
        assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(5);
    }

    /** Breaks when a refusal is kept: it changed nothing, so it is judged anew. */
    @Test
    void judgesARefusedCommandAnew() {
        CardId card = nodes.card(partner, Nodes.plainCard());
        RewardId reward = nodes.reward(partner, card, 10);
        var repeat = Nodes.repeat(UUID.randomUUID().toString(), "body");
        var redeem = new dev.merit.contracts.points.PointsRequest.Redeem(
                partner, Nodes.of(card, reward, member), Nodes.origin(repeat));
        assertThat(problem(nodes.bus(0).command(redeem)).code()).isEqualTo(Code.INSUFFICIENT_BALANCE);
        buy(card, "10");

        assertThat(get(nodes.bus(0).command(redeem)).body().newBalance()).isZero();
        assertThat(get(nodes.bus(0).command(redeem)).replayed()).isNotNull();
        assertThat(get(nodes.bus(0).ask(new FindReward(partner, reward))).timesRedeemed())
                .isEqualTo(1);
    }

    @CanIgnoreReturnValue
    private Purchased buy(CardId card, String amount) {
        return get(nodes.purchase(0, partner, Nodes.of(card, member, amount), null))
                .body();
    }

    private static Problem problem(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem();
    }

    private static TransactionPage list(PartnerId of, Paging paging) {
        return get(nodes.bus(0)
                .ask(new ListTransactions(of, new TransactionFilter(null, null, null, null, null), paging)));
    }

    private long entries(CardId card) {
        return POSTGRES.count("SELECT count(*) FROM audit.v_ledger WHERE card_id = '" + card + "'");
    }

    /** Time travel: the first credit on the card has expired a moment ago. */
    private void expireFirstLot(CardId card) {
        POSTGRES.execute("UPDATE ledger.lot SET expires_at = now() - interval '1 second' WHERE account_sequence = 1"
                + " AND card_id = '" + card + "'");
        POSTGRES.execute(
                "UPDATE ledger.account SET next_expiry = now() - interval '1 second' WHERE card_id = '" + card + "'");
    }
}
