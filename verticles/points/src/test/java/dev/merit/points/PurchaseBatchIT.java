package dev.merit.points;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.points.PointsRequest.BatchItem;
import dev.merit.contracts.points.PointsRequest.BatchMode;
import dev.merit.contracts.points.PointsRequest.BatchResult;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.PurchasedBatch;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches of purchases over the bus, on two nodes. */
class PurchaseBatchIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final CardId card = nodes.card(partner, Nodes.card(5));

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 2);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    // A thousand items: members that occur often, refusals of every kind between them, and nothing is lost or doubled.
    @Test
    void recordsAThousandPurchasesAndRefusesEachBadOneByItself() {
        List<MemberId> members =
                IntStream.range(0, 100).mapToObj(i -> Nodes.member()).toList();
        List<BatchItem> items = new ArrayList<>();
        for (int i = 0; i < PurchaseBatch.ITEMS_MAX; i++) {
            String key = "item-" + i + partner;
            items.add(
                    switch (i % 50) {
                        case 7 -> item(key, Nodes.of(new CardId(UUID.randomUUID()), members.getFirst(), "1"));
                        case 8 -> item(key, purchase(Nodes.NOBODY, "1", null));
                        case 9 -> item(key, Nodes.of(card, members.getFirst(), "1.005"));
                        case 10 ->
                            new BatchItem(
                                    null, Nodes.repeat(key, key), Problem.invalid("purchase_amount", "is required"));
                        default -> item(key, Nodes.of(card, members.get(i % 100), "10"));
                    });
        }

        PurchasedBatch done = get(send(0, items, BatchMode.INDEPENDENT, null)).body();

        assertThat(done.succeeded()).isEqualTo(920);
        assertThat(done.failed()).isEqualTo(80);
        assertThat(done.items())
                .extracting(BatchResult::index)
                .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
        assertThat(problem(done, 7).details()).containsEntry("field", "card_id");
        assertThat(problem(done, 8).details()).containsEntry("field", "member_identifier");
        assertThat(problem(done, 9).details().toString()).contains("2 decimals");
        assertThat(problem(done, 10).code()).isEqualTo(Code.VALIDATION_FAILED);
        assertThat(purchased(done, 0).pointsAwarded())
                .as("the first one has the bonus")
                .isEqualTo(15);
        assertThat(purchased(done, 100).previousBalance())
                .as("the later see the earlier")
                .isEqualTo(15);
        assertThat(count("audit.v_ledger")).isEqualTo(920);
        assertThat(POSTGRES.count("SELECT sum(balance) FROM audit.v_balance WHERE partner_id = '" + partner + "'"))
                .isEqualTo(9_200 + 92 * 5);
        assertThat(POSTGRES.query("SELECT entry_id FROM audit.v_ledger WHERE partner_id = '" + partner
                        + "' EXCEPT SELECT event_id FROM audit.v_outbox"))
                .isEmpty();
    }

    // Breaks when an item's answer is not kept with its effect, or is made anew from what holds by then.
    @Test
    void answersARepeatedBatchWithTheSameBytes() {
        MemberId member = Nodes.member();
        List<BatchItem> items = List.of(
                item("a" + partner, Nodes.of(card, member, "10")),
                item("b" + partner, Nodes.of(card, member, "20.5")),
                item("c" + partner, purchase(Nodes.NOBODY, "1", null)));
        String first =
                Json.write(get(send(0, items, BatchMode.INDEPENDENT, null)).body());

        Done<PurchasedBatch> again = get(send(1, items, BatchMode.INDEPENDENT, null));

        assertThat(Json.write(again.body())).isEqualTo(first);
        assertThat(count("audit.v_ledger")).isEqualTo(2);
        assertThat(nodes.balance(partner, member, card).balance()).isEqualTo(35);
    }

    @Test
    void takesAKeyOfTheWholeBatchAsEverywhere() {
        MemberId member = Nodes.member();
        List<BatchItem> items = List.of(
                item("a" + partner, Nodes.of(card, member, "10")),
                item("b" + partner, purchase(Nodes.NOBODY, "1", null)));
        Repeat whole = Nodes.repeat("whole" + partner, "body");

        Done<PurchasedBatch> first = get(send(0, items, BatchMode.INDEPENDENT, whole));
        Done<PurchasedBatch> again = get(send(1, items, BatchMode.INDEPENDENT, whole));
        Problem misused =
                problem(send(1, items, BatchMode.INDEPENDENT, Nodes.repeat("whole" + partner, "another body")));

        assertThat(first.replayed()).isNull();
        assertThat(again.replayed()).isEqualTo(Json.write(first.body()));
        assertThat(misused.code()).isEqualTo(Code.IDEMPOTENCY_KEY_REUSED);
        assertThat(count("audit.v_ledger")).isEqualTo(1);
    }

    // Breaks when the stored answer, which is put together of the items' own, is not what the first caller was told.
    @Test
    void storesOfEachItemWhatItsCallerWasTold() {
        MemberId member = Nodes.member();
        BatchItem earlier = item("earlier" + partner, Nodes.of(card, member, "3"));
        var unused = get(send(1, List.of(earlier), BatchMode.INDEPENDENT, null));
        PurchaseFields noted = new PurchaseFields(
                card, member.toString(), new BigDecimal("10"), null, "\"Tee\" \\ \u2028 für 😀\n", "order-9", null);
        List<BatchItem> items = List.of(
                earlier,
                item("noted" + partner, noted),
                item("noted" + partner, noted),
                item("refused" + partner, purchase(member.toString(), "10", "order-9")),
                item("nobody" + partner, purchase(Nodes.NOBODY, "1", null)));
        Repeat whole = Nodes.repeat("told" + partner, "body");

        Done<PurchasedBatch> first = get(send(0, items, BatchMode.INDEPENDENT, whole));
        Done<PurchasedBatch> again = get(send(1, items, BatchMode.INDEPENDENT, whole));

        assertThat(first.body().succeeded()).isEqualTo(3);
        assertThat(problem(first.body(), 3).details()).containsKey("transaction_id");
        assertThat(again.replayed()).isEqualTo(Json.write(first.body()));
    }

    // Breaks when only the look-up before the batch knows a key, and not what the batch itself has done.
    @Test
    void repeatsTheFirstWhenAKeyComesTwiceInOneBatch() {
        MemberId member = Nodes.member();
        PurchaseFields fields = Nodes.of(card, member, "10");
        List<BatchItem> items = List.of(
                item("a" + partner, fields),
                item("a" + partner, fields),
                new BatchItem(Nodes.of(card, member, "11"), Nodes.repeat("a" + partner, "other bytes"), null));

        PurchasedBatch done = get(send(0, items, BatchMode.INDEPENDENT, null)).body();

        assertThat(purchased(done, 1)).isEqualTo(purchased(done, 0));
        assertThat(problem(done, 2).code()).isEqualTo(Code.IDEMPOTENCY_KEY_REUSED);
        assertThat(done.succeeded()).isEqualTo(2);
        assertThat(count("audit.v_ledger")).isEqualTo(1);
    }

    @Test
    void refusesAnOrderReferenceThatComesTwiceInOneBatch() {
        List<BatchItem> items = List.of(
                item("a" + partner, purchase(Nodes.member().toString(), "10", "order-1")),
                item("b" + partner, purchase(Nodes.member().toString(), "10", "order-1")));

        PurchasedBatch done = get(send(0, items, BatchMode.INDEPENDENT, null)).body();

        assertThat(problem(done, 1).code()).isEqualTo(Code.CONFLICT);
        assertThat(problem(done, 1).details())
                .containsEntry(
                        "transaction_id", purchased(done, 0).transactionId().toString());
    }

    // Breaks when a refused batch leaves entries, answers, enrolments or events behind.
    @Test
    void writesNothingWhenOneOfAllIsBad() {
        MemberId member = Nodes.member();
        List<BatchItem> items = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            items.add(item("item-" + i + partner, Nodes.of(card, member, "10")));
        }
        items.set(13, item("bad" + partner, Nodes.of(card, member, "1.005")));

        Problem refused = problem(send(0, items, BatchMode.ALL_OR_NOTHING, Nodes.repeat("whole" + partner, "body")));

        assertThat(refused.code()).isEqualTo(Code.VALIDATION_FAILED);
        assertThat(Json.write(refused.details())).startsWith("{\"items\":[{\"index\":13,\"error\":{\"code\":");
        assertThat(count("audit.v_ledger")).isZero();
        assertThat(count("ledger.enrolment")).isZero();
        items.remove(13);
        PurchasedBatch done = get(send(
                        0, items, BatchMode.ALL_OR_NOTHING, Nodes.repeat("whole" + partner, "a corrected body")))
                .body();
        assertThat(done.failed()).isZero();
        assertThat(count("audit.v_ledger")).isEqualTo(19);
    }

    // Breaks when batches take locks in the order of their items, or a lost race is not tried again.
    @Test
    void recordsEachItemOnceWhenTwoNodesAreSentTheSameBatchAtOnce() {
        for (int round = 0; round < 10; round++) {
            List<BatchItem> items = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                items.add(item("race-" + round + "-" + i + partner, Nodes.of(card, Nodes.member(), "10")));
            }
            List<BatchItem> backwards = items.reversed();

            var one = send(0, items, BatchMode.INDEPENDENT, null);
            var other = send(1, backwards, BatchMode.INDEPENDENT, null);

            assertThat(get(one).body().failed() + get(other).body().failed()).isZero();
            assertThat(count("audit.v_ledger")).isEqualTo(200L * (round + 1));
        }
    }

    // Breaks when a lane gives up while the other one is writing, or when both carry out one item.
    @Test
    void recordsLargeBatchesWithMembersInCommonAndOneSentThrice() {
        List<MemberId> members =
                IntStream.range(0, 60).mapToObj(i -> Nodes.member()).toList();
        List<Future<Done<PurchasedBatch>>> sent = new ArrayList<>();
        for (int batch = 0; batch < 4; batch++) {
            List<BatchItem> items = new ArrayList<>();
            for (int i = 0; i < PurchaseBatch.ITEMS_MAX; i++) {
                items.add(item(
                        "common-" + batch + "-" + i + partner, Nodes.of(card, members.get((7 * i + batch) % 60), "1")));
            }
            sent.add(send(0, items, BatchMode.INDEPENDENT, null));
            if (batch == 1) {
                sent.add(send(0, items, BatchMode.INDEPENDENT, null));
                sent.add(send(0, items, BatchMode.INDEPENDENT, null));
            }
        }

        assertThat(sent)
                .allSatisfy(each -> assertThat(get(each).body().failed()).isZero());
        assertThat(get(sent.get(2)).body())
                .isEqualTo(get(sent.get(1)).body())
                .isEqualTo(get(sent.get(3)).body());
        assertThat(count("audit.v_ledger")).isEqualTo(4L * PurchaseBatch.ITEMS_MAX);
        assertThat(POSTGRES.count("SELECT sum(balance) FROM audit.v_balance WHERE partner_id = '" + partner + "'"))
                .isEqualTo(4L * PurchaseBatch.ITEMS_MAX + 60 * 5);
    }

    // Breaks when there is one lane for batches: the second then goes on only when the first is no longer waiting in
    // it,
    // but aside, on another connection.
    @Test
    void answersABatchWhileAnotherWaitsForSomebodysLock() throws SQLException {
        MemberId held = Nodes.member();
        // Each lane has a connection, and the account is there.
        get(Future.all(sendOne("warm-1", held), sendOne("warm-2", Nodes.member())));
        Future<Done<PurchasedBatch>> waits;
        try (Connection connection = POSTGRES.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM ledger.account WHERE member_id = '" + held + "' FOR UPDATE");
            waits = sendOne("waits", held);
            Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> !waiting(statement)
                    .isEmpty());
            List<String> before = waiting(statement);

            assertThat(get(sendOne("passes", Nodes.member())).body().succeeded())
                    .isEqualTo(1);

            assertThat(waiting(statement)).hasSize(1).isEqualTo(before);
            assertThat(waits.isComplete()).isFalse();
            connection.rollback();
        }

        assertThat(get(waits).body().succeeded()).isEqualTo(1);
    }

    private Future<Done<PurchasedBatch>> sendOne(String key, MemberId member) {
        List<BatchItem> items = List.of(item(key + partner, Nodes.of(card, member, "10")));
        return send(0, items, BatchMode.INDEPENDENT, Nodes.repeat(key + "-whole" + partner, "body"));
    }

    /** The transactions that wait for this one. */
    private static List<String> waiting(Statement statement) throws SQLException {
        var found = new ArrayList<String>();
        // Within a transaction the view shows one snapshot unless that is let go.
        statement.execute("SELECT pg_stat_clear_snapshot()");
        try (ResultSet rows = statement.executeQuery("SELECT concat_ws(' ', pid, xact_start) FROM pg_stat_activity"
                + " WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    // A batch that waits for somebody's lock must not hold up the till of anybody else.
    @Test
    void letsSinglePurchasesPassABatchThatWaits() throws SQLException {
        MemberId held = Nodes.member();
        var unused = get(nodes.purchase(0, partner, Nodes.of(card, held, "1"), null));
        Future<Done<PurchasedBatch>> batch;
        try (Connection connection = POSTGRES.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM ledger.account WHERE member_id = '" + held + "' FOR UPDATE");
            batch = send(0, List.of(item("held" + partner, Nodes.of(card, held, "10"))), BatchMode.INDEPENDENT, null);
            for (int i = 0; i < 20; i++) {
                assertThat(get(nodes.purchase(0, partner, Nodes.of(card, Nodes.member(), "1"), null))
                                .body()
                                .newBalance())
                        .isEqualTo(6);
            }
            assertThat(batch.isComplete()).isFalse();
            connection.rollback();
        }

        assertThat(get(batch).body().succeeded()).isEqualTo(1);
    }

    private Future<Done<PurchasedBatch>> send(
            int node, List<BatchItem> items, BatchMode mode, @Nullable Repeat repeat) {
        return nodes.bus(node).command(new PurchaseBatch(partner, items, mode, Nodes.origin(repeat)));
    }

    private static BatchItem item(String key, PurchaseFields fields) {
        return new BatchItem(fields, Nodes.repeat(key, key), null);
    }

    private PurchaseFields purchase(String identifier, String amount, @Nullable String order) {
        return new PurchaseFields(card, identifier, new BigDecimal(amount), null, null, order, null);
    }

    private static Purchased purchased(PurchasedBatch done, int index) {
        return Objects.requireNonNull(done.items().get(index).data());
    }

    private static Problem problem(PurchasedBatch done, int index) {
        return Objects.requireNonNull(done.items().get(index).error());
    }

    private static Problem problem(Future<?> refused) {
        return ((ProblemException) failure(refused)).problem();
    }

    private long count(String of) {
        return POSTGRES.count("SELECT count(*) FROM " + of + " WHERE partner_id = '" + partner + "'");
    }
}
