package dev.merit.vouchers;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.LiveVouchersRequest.FindLiveVoucher;
import dev.merit.contracts.vouchers.LiveVouchersRequest.ListLiveVouchers;
import dev.merit.contracts.vouchers.LiveVouchersRequest.LiveVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.DeleteVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.testing.PostgresFixture;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Vouchers as members and strangers find them, over the bus. */
class LiveVouchersIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant FAR_AHEAD = Instant.parse("2999-01-01T00:00:00Z");

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = new PartnerId(UUID.randomUUID());
    private final ClubId club = new ClubId(UUID.randomUUID());

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void listsAndFindsWhatIsLive() {
        // Breaks when a voucher is told of that is inactive, not begun, over or deleted, or listed that is hidden.
        VoucherId first = made(shown());
        Draft longLived = shown();
        longLived.validFrom = LONG_AGO;
        longLived.validUntil = FAR_AHEAD;
        VoucherId second = made(longLived);
        VoucherId hidden = made(Draft.fixed(club));
        VoucherId deleted = made(shown());
        var unused = get(nodes.bus(0).command(new DeleteVoucher(partner, deleted, Nodes.origin(null))));
        Draft inactive = shown();
        inactive.isActive = false;
        Draft ahead = shown();
        ahead.validFrom = FAR_AHEAD;
        Draft over = shown();
        over.validUntil = LONG_AGO;
        List<VoucherId> dead =
                List.of(deleted, made(inactive), made(ahead), made(over), new VoucherId(UUID.randomUUID()));

        assertThat(get(nodes.bus(0).ask(new ListLiveVouchers(List.of(partner)))).items())
                .extracting(LiveVoucher::id)
                .containsExactly(second, first);
        assertThat(get(nodes.bus(0).ask(new ListLiveVouchers(List.of(new PartnerId(UUID.randomUUID())))))
                        .items())
                .isEmpty();
        LiveVoucher found = get(nodes.bus(0).ask(new FindLiveVoucher(hidden)));
        assertThat(found.partnerId()).isEqualTo(partner);
        assertThat(found.type()).isEqualTo(VoucherType.FIXED_AMOUNT);
        assertThat(found.value()).isEqualByComparingTo("500");
        for (VoucherId each : dead) {
            assertThat(refused(each).code()).isEqualTo(Code.NOT_FOUND);
        }
    }

    private Problem refused(VoucherId voucher) {
        return ((ProblemException) failure(nodes.bus(0).ask(new FindLiveVoucher(voucher)))).problem();
    }

    private VoucherId made(Draft draft) {
        return nodes.voucher(partner, draft).id();
    }

    private Draft shown() {
        Draft draft = Draft.fixed(club);
        draft.isVisible = true;
        return draft;
    }
}
