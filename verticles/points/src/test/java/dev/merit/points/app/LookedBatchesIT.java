package dev.merit.points.app;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.points.PointsRequest.BatchItem;
import dev.merit.contracts.points.PointsRequest.BatchMode;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import dev.merit.contracts.points.PointsRequest.PurchasedBatch;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.ledger.store.LedgerStore;
import dev.merit.people.domain.Attribution;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.GroupCommit.Changes;
import dev.merit.platform.pg.GroupCommit.Decision;
import dev.merit.points.app.PurchaseBatches.Batch;
import dev.merit.points.app.PurchaseBatches.Line;
import dev.merit.points.store.CardStore;
import dev.merit.points.store.RewardStore;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Batches of purchases that are decided without locks, and what of it may stand. */
class LookedBatchesIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final PartnerId partner = new PartnerId(UUID.randomUUID());
    private final MemberId member = new MemberId(UUID.randomUUID());
    private final CardId card = new CardId(UUID.randomUUID());
    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final PurchaseBatches work = new PurchaseBatches(
            new BookingBatch(new LedgerStore(), new CardStore(), new RewardStore(), Bus.patient(vertx, 1)));

    @BeforeEach
    void openTheAccountOfACard() {
        PlainCard.insert(database, partner, card);
        openTheAccount(buy("1"));
    }

    @AfterEach
    void close() {
        get(database.close());
        get(vertx.close());
    }

    @Test
    void isWrittenByOneStatementThatNeedsNoLocks() {
        var decision = looked(batch(buy("10"), buy("20")));

        assertThat(decision.isGuarded()).isTrue();
        assertThat(changes(decision).isOneStatement()).isTrue();
        get(changes(decision).send(database.reads()).mapEmpty());
        assertThat(balance()).containsExactly("31");
    }

    // Behind a refusal there is no key: it might be a repeat of what another node is just writing.
    @Test
    void isNotGuardedWhenAnItemWasRefusedByWhatWasSeen() {
        assertThat(looked(batch(buy("10"), buy("1.005"))).isGuarded()).isFalse();
    }

    @Test
    void isGuardedWhenAnItemWasRefusedBefore() {
        assertThat(looked(batch(buy("10"), Line.refused(Problem.notFound("member_identifier"))))
                        .isGuarded())
                .isTrue();
    }

    // Breaks when an entry that was not seen does not keep a batch from booking on the balance of before.
    @Test
    void isNotWrittenOnTopOfWhatWasBookedMeanwhile() {
        var seen = looked(batch(buy("10")));
        var meanwhile = looked(batch(buy("5")));
        get(changes(meanwhile).send(database.reads()).mapEmpty());

        assertThat(failure(changes(seen).send(database.reads()))).isInstanceOf(PgException.class);
        assertThat(balance()).containsExactly("6");
    }

    // Breaks when an item that another node has carried out meanwhile is carried out again.
    @Test
    void isNotWrittenWhenAnItemWasCarriedOutMeanwhile() {
        MemberId other = new MemberId(UUID.randomUUID());
        openTheAccount(line(other, "1", UUID.randomUUID()));
        UUID key = UUID.randomUUID();
        var seen = looked(batch(buy("10"), line(other, "20", key)));
        get(changes(looked(batch(line(member, "20", key))))
                .send(database.reads())
                .mapEmpty());

        assertThat(failure(changes(seen).send(database.reads()))).isInstanceOf(PgException.class);
        assertThat(balance()).containsExactly("21");
    }

    // Breaks when a node that stood still writes what may have been refused elsewhere in the meantime.
    @Test
    void isNotWrittenLongAfterItWasSeen() throws InterruptedException {
        var seen = looked(batch(buy("10")));
        Thread.sleep(Duration.ofMillis(600));

        assertThat(failure(changes(seen).send(database.reads()))).isInstanceOf(PgException.class);
        assertThat(balance()).containsExactly("1");
    }

    @Test
    void isNotSeenWhereThereIsNoAccountYet() {
        Line stranger = line(new MemberId(UUID.randomUUID()), "10", UUID.randomUUID());

        assertThat(get(work.look(database.reads(), List.of(batch(stranger))))).isEmpty();
    }

    @Test
    void isNotSeenWhereNothingIsToBeBooked() {
        Line unknown = Line.refused(Problem.notFound("member_identifier"));

        assertThat(get(work.look(database.reads(), List.of(batch(unknown))))).isEmpty();
    }

    private List<String> balance() {
        return POSTGRES.query("SELECT balance FROM audit.v_balance WHERE member_id = '" + member + "'");
    }

    private void openTheAccount(Line first) {
        Batch batch = batch(first);
        get(database.transaction(tx -> work.load(tx, List.of(batch))
                .compose(state -> changes(work.decide(state, List.of(batch))).send(tx))));
    }

    private Decision<Done<PurchasedBatch>> looked(Batch batch) {
        Optional<BookingState> seen = get(work.look(database.reads(), List.of(batch)));
        return work.decide(seen.orElseThrow(), List.of(batch));
    }

    private static Changes changes(Decision<?> decision) {
        return Objects.requireNonNull(decision.changes());
    }

    private Batch batch(Line... lines) {
        var request = new PurchaseBatch(
                partner,
                // What was asked for is in the lines.
                Collections.nCopies(
                        lines.length,
                        new BatchItem(null, new Repeat(UUID.randomUUID(), "item"), Problem.notFound("item"))),
                BatchMode.INDEPENDENT,
                new Origin("test", new Repeat(UUID.randomUUID(), "batch"), null));
        return new Batch(request, List.of(lines));
    }

    private Line buy(String amount) {
        return line(member, amount, UUID.randomUUID());
    }

    private Line line(MemberId of, String amount, UUID key) {
        var fields = new PurchaseFields(card, of.toString(), new BigDecimal(amount), null, null, null, null);
        return Line.of(new Booking.Buy(
                new Purchase(partner, fields, new Origin("test", new Repeat(key, amount), null)),
                new MemberRef(of, true),
                Attribution.SYSTEM));
    }
}
