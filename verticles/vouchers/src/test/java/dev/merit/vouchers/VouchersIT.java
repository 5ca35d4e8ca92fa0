package dev.merit.vouchers;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.TierId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.CountVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.CreateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.DeleteVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.FindVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.ListVouchers;
import dev.merit.contracts.vouchers.VouchersRequest.UpdateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherPage;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.platform.Json;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Vouchers over the bus: making, changing, finding and deleting them. */
class VouchersIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final ClubId club = Nodes.club();

    @BeforeAll
    static void start() {
        nodes = new Nodes(POSTGRES, 1);
    }

    @AfterAll
    static void stop() {
        nodes.close();
    }

    @Test
    void makesAVoucherWithAllItsDefaults() {
        Voucher made = nodes.voucher(partner, Draft.of(club, VoucherType.PERCENTAGE, "19.90"));

        assertThat(made.title()).isEqualTo("Voucher");
        assertThat(made.code()).matches("[A-Z0-9]{5}-[A-Z0-9]{5}");
        assertThat(made.currency()).isEqualTo("EUR");
        assertThat(made.value()).isEqualTo("19.9");
        assertThat(made.timesUsed()).isZero();
        assertThat(made.remainingUses()).isNull();
        assertThat(get(nodes.bus(0).ask(new FindVoucher(partner, made.id())))).isEqualTo(made);
    }

    @Test
    void keepsAGivenCodeInUpperCaseAndRefusesItASecondTime() {
        Draft draft = coded("summer-26");
        assertThat(nodes.voucher(partner, draft).code()).isEqualTo("SUMMER-26");

        Problem refusal = refused(create(coded("SUMMER-26"), null));

        assertThat(refusal.code()).isEqualTo(Code.CONFLICT);
        assertThat(refusal.details()).containsEntry("field", "code");
        // Codes are a matter of each partner.
        assertThat(nodes.voucher(Nodes.partner(), draft).code()).isEqualTo("SUMMER-26");
    }

    /** Breaks when a deleted voucher still holds its code, or can be found by it. */
    @Test
    void freesTheCodeOfADeletedVoucher() {
        Voucher first = nodes.voucher(partner, coded("AGAIN"));
        get(delete(first.id(), null));
        Voucher second = nodes.voucher(partner, coded("AGAIN"));

        assertThat(nodes.validate(partner, second, Nodes.member(), null).voucherId())
                .isEqualTo(second.id());
        assertThat(refused(nodes.bus(0).ask(new FindVoucher(partner, first.id())))
                        .code())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(refused(delete(first.id(), null)).code()).isEqualTo(Code.NOT_FOUND);
        assertThat(refused(update(first.id(), "{}", null)).code()).isEqualTo(Code.NOT_FOUND);
        assertThat(list(null, null, null).items()).containsExactly(second);
    }

    @Test
    void answersARepeatWithTheVoucherOfThen() {
        Repeat repeat = Nodes.repeat("create" + partner, "body");

        Done<Voucher> first = get(create(Draft.fixed(club), repeat));
        Done<Voucher> second = get(create(Draft.fixed(club), repeat));

        assertThat(second.replayed()).isEqualTo(Json.write(first.body()));
        assertThat(list(null, null, null).items()).hasSize(1);
        assertThat(refused(create(Draft.fixed(club), Nodes.repeat("create" + partner, "other")))
                        .code())
                .isEqualTo(Code.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void asksForAClubOfThePartner() {
        ClubId missing = Nodes.club();
        nodes.missing.add(missing);

        Problem refusal = refused(create(Draft.fixed(missing), null));

        assertThat(refusal).isEqualTo(Problem.notFound("club_id"));
    }

    /** Breaks when points could be promised on a card of another club or another partner. */
    @Test
    void asksForACardOfTheSameClub() {
        CardId foreign = nodes.card(Nodes.partner(), club);
        CardId elsewhere = nodes.card(partner, Nodes.club());

        assertThat(refused(create(Draft.points(club, new CardId(UUID.randomUUID()), 5), null)))
                .isEqualTo(Problem.notFound("points_card_id"));
        assertThat(refused(create(Draft.points(club, foreign, 5), null))).isEqualTo(Problem.notFound("points_card_id"));
        Draft pointless = Draft.fixed(club);
        pointless.card = new CardId(UUID.randomUUID());
        assertThat(refused(create(pointless, null))).isEqualTo(Problem.notFound("points_card_id"));
        assertThat(badFields(create(Draft.points(club, elsewhere, 5), null))).contains("points_card_id");
        assertThat(nodes.voucher(partner, Draft.points(club, nodes.card(partner, club), 5))
                        .pointsCardId())
                .isNotNull();
    }

    @Test
    void asksForTiersOfTheSameClub() {
        var shop = new Shop(nodes);
        TierId own = shop.tier(partner, club, 100);
        TierId elsewhere = shop.tier(partner, Nodes.club(), 100);
        Draft draft = Draft.fixed(club);

        draft.tiers = List.of(own, new TierId(UUID.randomUUID()));
        assertThat(refused(create(draft, null))).isEqualTo(Problem.notFound("target_tier_ids"));
        draft.tiers = List.of(own, elsewhere);
        assertThat(badFields(create(draft, null))).contains("target_tier_ids");
        draft.tiers = List.of(own);
        assertThat(nodes.voucher(partner, draft).targetTierIds()).containsExactly(own);
    }

    @Test
    void changesWhatIsGivenAndKeepsTheRest() {
        Voucher made = nodes.voucher(partner, coded("KEEP").limited(10L, 2L));

        Voucher changed = get(update(
                        made.id(), "{\"name\":\"Other\",\"max_uses_per_member\":null,\"code\":\"new-code\"}", null))
                .body();

        assertThat(changed.name()).isEqualTo("Other");
        assertThat(changed.title()).isEqualTo("Other");
        assertThat(changed.code()).isEqualTo("NEW-CODE");
        assertThat(changed.maxUsesPerMember()).isNull();
        assertThat(changed.maxUsesTotal()).isEqualTo(10);
        assertThat(changed.value()).isEqualTo(made.value());
        assertThat(changed.updatedAt()).isAfter(made.updatedAt());
    }

    @Test
    void refusesAChangeThatTheRulesForbid() {
        Voucher made = nodes.voucher(partner, Draft.fixed(club));
        Voucher other = nodes.voucher(partner, coded("TAKEN"));

        assertThat(refused(update(made.id(), "{\"code\":\"taken\"}", null)).code())
                .isEqualTo(Code.CONFLICT);
        assertThat(badFields(update(made.id(), "{\"type\":\"percentage\"}", null)))
                .contains("value");
        assertThat(badFields(update(made.id(), "{\"type\":\"bonus_points\"}", null)))
                .contains("points_card_id");
        assertThat(badFields(update(made.id(), "{\"currency\":\"XXX\"}", null))).contains("currency");
        assertThat(get(update(other.id(), "{\"code\":\"TAKEN\"}", null)).body().code())
                .isEqualTo("TAKEN");
    }

    /** Breaks when a bad field hides another, wherever each of them is looked at. */
    @Test
    void tellsAllBadFieldsAtOnce() {
        var shop = new Shop(nodes);
        CardId elsewhere = nodes.card(partner, Nodes.club());
        Voucher made = nodes.voucher(partner, Draft.fixed(club).limited(5L, null));
        get(nodes.redeem(0, partner, made.id(), Nodes.member()));
        get(nodes.redeem(0, partner, made.id(), Nodes.member()));

        assertThat(badFields(update(
                        made.id(),
                        "{\"points_card_id\":\"" + elsewhere + "\",\"target_tier_ids\":[\""
                                + shop.tier(partner, Nodes.club(), 100)
                                + "\"],\"max_uses_total\":1,\"value\":0,\"currency\":\"XXX\"}",
                        null)))
                .contains("points_card_id")
                .contains("is a card of another club")
                .contains("target_tier_ids")
                .contains("max_uses_total")
                .contains("value")
                .contains("currency");
    }

    /** Breaks when a voucher is stuck as soon as something that it names is gone. */
    @Test
    void renamesAVoucherWhoseCardIsGone() {
        CardId card = nodes.card(partner, club);
        Voucher made = nodes.voucher(partner, Draft.points(club, card, 5));
        nodes.drop(card);

        assertThat(get(update(made.id(), "{\"name\":\"Renamed\"}", null)).body().name())
                .isEqualTo("Renamed");
        assertThat(refused(update(made.id(), "{\"points_card_id\":\"" + UUID.randomUUID() + "\"}", null)))
                .isEqualTo(Problem.notFound("points_card_id"));
    }

    @Test
    void lowersTheTotalToTheUsesThereAreAndNotBelow() {
        Voucher made = nodes.voucher(partner, Draft.fixed(club).limited(5L, null));
        get(nodes.redeem(0, partner, made.id(), Nodes.member()));
        get(nodes.redeem(0, partner, made.id(), Nodes.member()));

        assertThat(badFields(update(made.id(), "{\"max_uses_total\":1}", null))).contains("max_uses_total");
        Voucher changed = get(update(made.id(), "{\"max_uses_total\":2}", null)).body();

        assertThat(changed.timesUsed()).isEqualTo(2);
        assertThat(changed.remainingUses()).isZero();
        Truth.usesAddUp(POSTGRES, partner);
    }

    @Test
    void honoursTheEntityTag() {
        Voucher made = nodes.voucher(partner, Draft.fixed(club));
        String tag = Json.etag(made);
        get(update(made.id(), "{\"name\":\"Other\"}", tag));

        assertThat(refused(update(made.id(), "{\"name\":\"Third\"}", tag)).code())
                .isEqualTo(Code.PRECONDITION_FAILED);
        assertThat(refused(delete(made.id(), tag)).code()).isEqualTo(Code.PRECONDITION_FAILED);
    }

    /** Breaks when rows are counted without making others wait who count at the same time. */
    @Test
    void makesNoMoreThanThePartnerMayHave() {
        List<Object> outcomes = Nodes.settle(IntStream.range(0, 12)
                .mapToObj(i -> nodes.bus(i)
                        .command(new CreateVoucher(partner, Draft.fixed(club).fields(), 5, Nodes.origin(null))))
                .toList());

        assertThat(outcomes).filteredOn(Voucher.class::isInstance).hasSize(5);
        assertThat(outcomes)
                .filteredOn(Problem.class::isInstance)
                .allSatisfy(problem -> assertThat(((Problem) problem).code()).isEqualTo(Code.LIMIT_REACHED));
    }

    @Test
    void filtersByClubActivityNameAndCode() {
        Draft off = coded("OFF-1");
        off.isActive = false;
        Voucher inactive = nodes.voucher(partner, off);
        Voucher elsewhere = nodes.voucher(partner, Draft.fixed(Nodes.club()));

        assertThat(list(club, null, null).items()).containsExactly(inactive);
        assertThat(list(null, false, null).items()).containsExactly(inactive);
        assertThat(list(null, null, "off-").items()).containsExactly(inactive);
        assertThat(list(null, null, "VOUCH").items()).containsExactly(elsewhere, inactive);
        assertThat(list(null, null, "VOUCH").pagination().total()).isEqualTo(2);
        assertThat(get(nodes.bus(0).ask(new CountVouchers(partner, club))).vouchers())
                .isEqualTo(1);
    }

    @Test
    void showsNothingToAnotherPartner() {
        Voucher made = nodes.voucher(partner, Draft.fixed(club));
        PartnerId stranger = Nodes.partner();

        assertThat(refused(nodes.bus(0).ask(new FindVoucher(stranger, made.id()))))
                .isEqualTo(refused(nodes.bus(0).ask(new FindVoucher(stranger, new VoucherId(UUID.randomUUID())))));
        assertThat(refused(nodes.redeem(0, stranger, made.id(), Nodes.member())).code())
                .isEqualTo(Code.NOT_FOUND);
    }

    private Draft coded(String code) {
        Draft draft = Draft.fixed(club);
        draft.code = code;
        return draft;
    }

    private Future<Done<Voucher>> create(Draft draft, @Nullable Repeat repeat) {
        return nodes.bus(0).command(new CreateVoucher(partner, draft.fields(), -1, Nodes.origin(repeat)));
    }

    private Future<Done<Voucher>> update(VoucherId voucher, String patch, @Nullable String ifMatch) {
        return nodes.bus(0)
                .command(new UpdateVoucher(partner, voucher, new Patch(patch), new Origin("test", null, ifMatch)));
    }

    private Future<?> delete(VoucherId voucher, @Nullable String ifMatch) {
        return nodes.bus(0).command(new DeleteVoucher(partner, voucher, new Origin("test", null, ifMatch)));
    }

    private VoucherPage list(@Nullable ClubId of, @Nullable Boolean isActive, @Nullable String q) {
        return get(nodes.bus(0).ask(new ListVouchers(partner, of, q, isActive, new Paging(1, 25, null))));
    }

    private static Problem refused(Future<?> future) {
        return ((ProblemException) failure(future)).problem();
    }

    private static String badFields(Future<?> future) {
        Problem problem = refused(future);
        assertThat(problem.code()).isEqualTo(Code.VALIDATION_FAILED);
        return String.valueOf(problem.details().get("errors"));
    }
}
