package dev.merit.vouchers.app;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Origin;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.registry.RegistryRequest.MemberRef;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoidRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.platform.bus.Bus;
import dev.merit.platform.pg.Database;
import dev.merit.testing.PostgresFixture;
import dev.merit.vouchers.store.RedemptionStore;
import dev.merit.vouchers.store.RedemptionStore.RedemptionKey;
import dev.merit.vouchers.store.StoredRedemption;
import dev.merit.vouchers.store.VoucherStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Commands that come in one batch, which over the bus is a matter of luck. */
class UseBatchIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Vertx VERTX = Vertx.vertx();
    private static final UseBatch BATCH = new UseBatch(Bus.patient(VERTX, 1));

    @SuppressWarnings("NullAway.Init")
    private static Database database;

    private final RedemptionStore redemptions = new RedemptionStore();

    private final PartnerId partner = new PartnerId(UUID.randomUUID());
    private final MemberId member = new MemberId(UUID.randomUUID());
    private final VoucherId voucher = new VoucherId(UUID.randomUUID());

    @BeforeAll
    static void open() {
        database = POSTGRES.open(VERTX);
    }

    @BeforeEach
    void makeTheVoucher() {
        get(database.transaction(tx -> new VoucherStore().insert(tx, partner, voucher, fiveOff())));
    }

    @AfterAll
    static void close() {
        get(database.close());
        get(VERTX.close());
    }

    // Breaks when new redemptions are written before the void that frees their order.
    @Test
    void usesTheVoucherForAnOrderAgainInTheBatchThatVoidsItsFirstUse() {
        commit(List.of(redeem("A-1")));
        StoredRedemption first = only();

        commit(List.of(undo(first), redeem("A-1")));

        assertThat(rows()).containsExactlyInAnyOrder("A-1 voided", "A-1 stands");
        assertThat(timesUsed()).isEqualTo("1");
    }

    // Breaks when a redemption is voided by a statement that is sent before the one that adds it.
    @Test
    void writesAUseAsVoidedThatWasVoidedInTheBatchThatMadeIt() {
        get(database.transaction(tx -> BATCH.load(tx, List.of(redeem("A-1"))).compose(state -> {
            var desk = new UseDesk(state);
            var made = desk.decide(redeem("A-1"));
            assertThat(desk.redeemed()).as("%s", made).hasSize(1);
            var undone = desk.decide(undo(desk.redeemed().getFirst()));
            var again = desk.decide(redeem("A-1"));
            assertThat(desk.redeemed()).as("%s, %s", undone, again).hasSize(2);
            assertThat(desk.voided()).isEmpty();
            return redemptions.append(tx, desk.redeemed());
        })));

        assertThat(rows()).containsExactlyInAnyOrder("A-1 voided", "A-1 stands");
    }

    private void commit(List<Use> uses) {
        get(database.transaction(tx -> BATCH.load(tx, uses)
                .map(state -> Objects.requireNonNull(BATCH.decide(state, uses).changes()))
                .compose(changes -> changes.send(tx))
                .map(sent -> true)));
    }

    private Use redeem(@Nullable String order) {
        var fields = new RedeemVoucherFields(member.toString(), 2_000L, order);
        return new Use.Redeem(
                new RedeemVoucher(partner, voucher, fields, origin()), new MemberRef(member, true), null, null);
    }

    private static Origin origin() {
        return new Origin("test", null, null);
    }

    private Use undo(StoredRedemption redemption) {
        return new Use.Undo(new VoidRedemption(partner, redemption.id(), "a mistake", origin()), redemption);
    }

    private StoredRedemption only() {
        var key = new RedemptionKey(
                partner,
                new RedemptionId(UUID.fromString(POSTGRES.query(
                                "SELECT redemption_id FROM vouchers.redemption WHERE partner_id = '" + partner + "'")
                        .getFirst())));
        Future<Map<RedemptionKey, StoredRedemption>> found = redemptions.find(database.reads(), Set.of(key));
        return Objects.requireNonNull(get(found).get(key));
    }

    private List<String> rows() {
        return POSTGRES.query("SELECT order_reference || CASE WHEN voided_at IS NULL THEN ' stands' ELSE ' voided' END "
                + "FROM vouchers.redemption WHERE partner_id = '" + partner + "' ORDER BY redemption_id");
    }

    private String timesUsed() {
        return POSTGRES.query("SELECT times_used FROM vouchers.voucher_counter WHERE partner_id = '" + partner + "'")
                .getFirst();
    }

    private static VoucherFields fiveOff() {
        return new VoucherFields(
                new ClubId(UUID.randomUUID()),
                "Voucher",
                null,
                null,
                "FIVE",
                VoucherType.FIXED_AMOUNT,
                BigDecimal.valueOf(500),
                "EUR",
                null,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                false,
                null,
                true,
                false);
    }
}
