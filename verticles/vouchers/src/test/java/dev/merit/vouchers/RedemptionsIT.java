package dev.merit.vouchers;

import static dev.merit.testing.Eventually.failure;
import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Done;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Paging;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Patch;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.RedemptionId;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.TierId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.vouchers.VouchersRequest.DeleteVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.ListRedemptions;
import dev.merit.contracts.vouchers.VouchersRequest.Reason;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.RedeemVoucherFields;
import dev.merit.contracts.vouchers.VouchersRequest.UpdateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateFields;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoidRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.Voucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedeemed;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedemption;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherRedemptionPage;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherValidated;
import dev.merit.ledger.domain.AccountKey;
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

/** The use of vouchers over the bus, one thing at a time. */
class RedemptionsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    @SuppressWarnings("NullAway.Init")
    private static Nodes nodes;

    private final PartnerId partner = Nodes.partner();
    private final ClubId club = Nodes.club();
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
    void tellsWhatACodeWouldGive() {
        Draft draft = Draft.of(club, VoucherType.PERCENTAGE, "20").limited(3L, null);
        draft.maxDiscount = 400L;
        Voucher voucher = nodes.voucher(partner, draft);
        redeem(voucher, Nodes.member());

        VoucherValidated told = nodes.validate(partner, voucher, member, 2_450L);

        assertThat(told.valid()).isTrue();
        assertThat(told.voucherId()).isEqualTo(voucher.id());
        assertThat(told.discountAmount()).isEqualTo(400);
        assertThat(told.capped()).isTrue();
        assertThat(told.originalAmount()).isEqualTo(2_450);
        assertThat(told.finalAmount()).isEqualTo(2_050);
        assertThat(told.timesUsed()).isEqualTo(1);
        assertThat(told.remainingUses()).isEqualTo(2);
        assertThat(told.reason()).isNull();
        assertThat(nodes.validate(partner, voucher, member, null).discountAmount())
                .isNull();
    }

    /** Breaks when an unknown code tells anything, or is an error: a till asks and wants an answer. */
    @Test
    void answersAnUnknownCodeWithNothingButTheReason() {
        VoucherValidated told = ask("NO-SUCH-CODE", club);

        assertThat(told)
                .usingRecursiveComparison()
                .ignoringFields("message")
                .isEqualTo(new VoucherValidated(
                        false,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        false,
                        2_450L,
                        null,
                        null,
                        null,
                        null,
                        Reason.UNKNOWN_CODE,
                        ""));
        assertThat(told.message()).isNotBlank();
    }

    @Test
    void findsACodeHoweverItIsTyped() {
        Draft draft = Draft.fixed(club);
        draft.code = "Mixed-Case";
        Voucher voucher = nodes.voucher(partner, draft);

        assertThat(ask(" mixed-cASE ", club).voucherId()).isEqualTo(voucher.id());
    }

    @Test
    void saysThatACodeIsForAnotherClub() {
        Voucher voucher = nodes.voucher(partner, Draft.fixed(club));

        assertThat(ask(voucher.code(), Nodes.club()).reason()).isEqualTo(Reason.WRONG_CLUB);
        ClubId missing = Nodes.club();
        nodes.missing.add(missing);
        assertThat(refused(validate(voucher.code(), missing))).isEqualTo(Problem.notFound("club_id"));
        assertThat(refused(validate("NO-SUCH-CODE", missing))).isEqualTo(Problem.notFound("club_id"));
    }

    /** Breaks when validating and redeeming judge by different rules. */
    @Test
    void refusesToRedeemForTheReasonThatValidatingTells() {
        var shop = new Shop(nodes);
        CardId card = nodes.card(partner, club);
        TierId gold = shop.tier(partner, club, 1_000);
        get(shop.purchase(account(card), club, 10));

        Draft tier = Draft.fixed(club);
        tier.tiers = List.of(gold);
        Draft first = Draft.fixed(club);
        first.firstOrderOnly = true;
        Draft minimum = Draft.fixed(club);
        minimum.minOrder = 5_000L;
        Draft off = Draft.fixed(club);
        off.isActive = false;

        assertRefused(tier, Reason.TIER);
        assertRefused(first, Reason.NOT_FIRST_ORDER);
        assertRefused(minimum, Reason.MIN_ORDER);
        assertRefused(off, Reason.INACTIVE);
    }

    /** Breaks when the tier is read from anything but the points that the member has in the club now. */
    @Test
    void isOpenToAMemberAsSoonAsItHoldsTheTier() {
        var shop = new Shop(nodes);
        CardId card = nodes.card(partner, club);
        Draft draft = Draft.fixed(club);
        draft.tiers = List.of(shop.tier(partner, club, 1_000));
        Voucher voucher = nodes.voucher(partner, draft);
        get(shop.purchase(account(card), club, 999));
        assertThat(nodes.validate(partner, voucher, member, null).reason()).isEqualTo(Reason.TIER);

        get(shop.purchase(account(card), club, 1));

        assertThat(nodes.validate(partner, voucher, member, null).valid()).isTrue();
        assertThat(redeem(voucher, member).discountAmount()).isEqualTo(500);
    }

    @Test
    void isForNewMembersUntilTheirDaysAreOver() {
        Draft draft = Draft.fixed(club);
        draft.newWithinDays = 7;
        Voucher voucher = nodes.voucher(partner, draft);
        MemberId old = Nodes.member();
        redeem(nodes.voucher(partner, Draft.fixed(club)), old);
        POSTGRES.execute(
                "UPDATE ledger.enrolment SET enrolled_at = now() - interval '8 days' WHERE member_id = '" + old + "'");

        assertThat(nodes.validate(partner, voucher, old, null).reason()).isEqualTo(Reason.NOT_NEW_MEMBER);
        assertThat(refused(nodes.redeem(0, partner, voucher.id(), old)).details())
                .containsEntry("reason", "NOT_NEW_MEMBER");
        assertThat(redeem(voucher, member).redemptionId()).isNotNull();
    }

    @Test
    void redeemsAndTellsWhatIsLeft() {
        Voucher voucher = nodes.voucher(partner, Draft.fixed(club).limited(3L, null));

        VoucherRedeemed redeemed = redeem(voucher, member);

        assertThat(redeemed)
                .isEqualTo(new VoucherRedeemed(
                        voucher.id(),
                        voucher.code(),
                        VoucherType.FIXED_AMOUNT,
                        member,
                        500L,
                        0,
                        2L,
                        redeemed.redemptionId()));
        Truth.usesAddUp(POSTGRES, partner);
    }

    /** Breaks when points and use are not written together, or the points do not expire as the card says. */
    @Test
    void creditsBonusPointsWithTheRedemption() {
        CardId card = nodes.card(partner, club);
        Voucher voucher = nodes.voucher(partner, Draft.points(club, card, 50));

        VoucherRedeemed redeemed = redeem(voucher, member);

        assertThat(redeemed.pointsAwarded()).isEqualTo(50);
        assertThat(redeemed.discountAmount()).isZero();
        assertThat(POSTGRES.query("""
                SELECT event || ' ' || points || ' ' || voucher_id || ' '
                       || (points_expire_at = created_at + interval '12 months')
                  FROM ledger.entry WHERE member_id = '%s'
                """.formatted(member)))
                .containsExactly("voucher_bonus_points 50 " + voucher.id() + " true");
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    @Test
    void refusesPointsOnACardThatTakesNone() {
        CardId card = nodes.card(partner, club);
        Voucher voucher = nodes.voucher(partner, Draft.points(club, card, 50));
        redeem(voucher, Nodes.member());
        nodes.card(partner, club, card, false);
        assertReason(voucher, Reason.INACTIVE);

        nodes.drop(card);

        assertReason(voucher, Reason.INACTIVE);
    }

    /** Breaks when a first account is opened in a club that its card has left, as the node has not heard of it yet. */
    @Test
    void opensNoAccountInAClubThatTheCardHasLeft() {
        CardId card = nodes.card(partner, club);
        Voucher voucher = nodes.voucher(partner, Draft.points(club, card, 50));
        redeem(voucher, member);
        MemberId first = Nodes.member();
        nodes.moveUnheard(partner, card, Nodes.club());

        Problem refusal = refused(nodes.redeem(0, partner, voucher.id(), first));

        assertThat(refusal.details()).containsEntry("reason", Reason.INACTIVE.name());

        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.account WHERE member_id = '" + first + "'"))
                .isZero();
    }

    /** Breaks when points go to the card that the voucher had when somebody last looked. */
    @Test
    void creditsTheCardThatTheVoucherHasNow() {
        CardId before = nodes.card(partner, club);
        CardId after = nodes.card(partner, club);
        Voucher voucher = nodes.voucher(partner, Draft.points(club, before, 50));
        redeem(voucher, Nodes.member());

        get(update(voucher.id(), "{\"points_card_id\":\"" + after + "\"}"));
        redeem(voucher, member);
        get(update(voucher.id(), "{\"type\":\"free_product\",\"value\":0,\"points_card_id\":null}"));
        assertThat(redeem(voucher, member).pointsAwarded()).isZero();

        assertThat(POSTGRES.query("SELECT card_id FROM ledger.entry WHERE member_id = '" + member + "'"))
                .containsExactly(after.toString());
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    /** Breaks when a first contact without points goes unnoticed, or is noticed twice. */
    @Test
    void enrolsAMemberAtItsFirstUse() {
        CardId card = nodes.card(partner, club);
        Voucher plain = nodes.voucher(partner, Draft.fixed(club));
        Voucher points = nodes.voucher(partner, Draft.points(club, card, 5));
        MemberId other = Nodes.member();

        redeem(plain, member);
        redeem(points, member);
        redeem(points, other);
        redeem(plain, other);

        assertThat(POSTGRES.count("SELECT count(*) FROM ledger.enrolment WHERE partner_id = '" + partner + "'"))
                .isEqualTo(2);
        assertThat(POSTGRES.count("SELECT count(*) FROM platform.outbox o, unnest(o.partner_ids) AS p "
                        + "WHERE o.topic = 'merit.members' AND p = '" + partner + "'"))
                .isEqualTo(2);
    }

    @Test
    void answersTheSameOrderWithTheFirstRedemption() {
        CardId card = nodes.card(partner, club);
        Voucher voucher = nodes.voucher(partner, Draft.points(club, card, 50).limited(5L, null));
        var order = new RedeemVoucherFields(member.toString(), 2_000L, "order-1");
        VoucherRedeemed first =
                get(nodes.redeem(0, partner, voucher.id(), order)).body();

        VoucherRedeemed again =
                get(nodes.redeem(0, partner, voucher.id(), order)).body();
        var otherMember = new RedeemVoucherFields(Nodes.member().toString(), 2_000L, "order-1");
        VoucherRedeemed another =
                get(nodes.redeem(0, partner, voucher.id(), otherMember)).body();
        get(nodes.undo(0, partner, first.redemptionId()));
        VoucherRedeemed afterVoid =
                get(nodes.redeem(0, partner, voucher.id(), order)).body();

        assertThat(again).isEqualTo(first);
        assertThat(another.redemptionId()).isNotEqualTo(first.redemptionId());
        assertThat(afterVoid.redemptionId()).isNotIn(first.redemptionId(), another.redemptionId());
        Truth.usesAddUp(POSTGRES, partner);
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    @Test
    void answersARepeatEvenWhenTheVoucherIsGone() {
        Voucher voucher = nodes.voucher(partner, Draft.fixed(club).limited(5L, 1L));
        Repeat repeat = Nodes.repeat("redeem" + member, "body");
        Done<VoucherRedeemed> first = get(redeem(voucher, repeat));
        get(nodes.bus(0).command(new DeleteVoucher(partner, voucher.id(), Nodes.origin(null))));

        assertThat(get(redeem(voucher, repeat)).replayed()).isEqualTo(Json.write(first.body()));
        assertThat(refused(redeem(voucher, Nodes.repeat("redeem" + member, "other")))
                        .code())
                .isEqualTo(Code.IDEMPOTENCY_KEY_REUSED);
        assertThat(refused(redeem(voucher, (Repeat) null)).code()).isEqualTo(Code.NOT_FOUND);
    }

    @Test
    void refusesUnknownAndInactiveMembers() {
        Voucher voucher = nodes.voucher(partner, Draft.fixed(club));
        nodes.inactive.add(member);
        var nobody = new RedeemVoucherFields("nobody@example.org", null, null);

        assertThat(refused(nodes.redeem(0, partner, voucher.id(), nobody)))
                .isEqualTo(Problem.notFound("member_identifier"));
        assertThat(refused(nodes.redeem(0, partner, voucher.id(), member)).code())
                .isEqualTo(Code.ACCOUNT_INACTIVE);
        assertThat(refused(validate(voucher.code(), club)).code()).isEqualTo(Code.ACCOUNT_INACTIVE);
    }

    /** Breaks when a void gives the use back but not to the member, or leaves points behind. */
    @Test
    void voidsARedemptionAndGivesBackTheUse() {
        CardId card = nodes.card(partner, club);
        Voucher voucher = nodes.voucher(partner, Draft.points(club, card, 50).limited(1L, 1L));
        VoucherRedeemed redeemed = redeem(voucher, member);
        assertReason(voucher, Reason.USED_UP);

        VoucherRedemption voided =
                get(nodes.undo(0, partner, redeemed.redemptionId())).body();

        assertThat(voided.voided()).isTrue();
        assertThat(voided.voidReason()).isEqualTo("a mistake");
        assertThat(voided.voidTransactionId()).isNotNull().isNotEqualTo(voided.transactionId());
        assertThat(refused(nodes.undo(0, partner, redeemed.redemptionId())).code())
                .isEqualTo(Code.NOT_REVERSIBLE);
        assertThat(POSTGRES.query("SELECT points || ' ' || balance_after || ' ' || (reverses IS NOT NULL) "
                        + "FROM ledger.entry WHERE member_id = '" + member + "' ORDER BY account_sequence"))
                .containsExactly("50 50 false", "-50 0 true");
        assertThat(redeem(voucher, member).remainingUses()).isZero();
        Truth.usesAddUp(POSTGRES, partner);
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    /** Breaks when a void is refused, or forgets the debt, once the points are spent. */
    @Test
    void takesBackPointsThatAreSpentAlready() {
        var shop = new Shop(nodes);
        CardId card = nodes.card(partner, club);
        Voucher voucher = nodes.voucher(partner, Draft.points(club, card, 50));
        VoucherRedeemed redeemed = redeem(voucher, member);
        get(shop.spendAll(account(card), club));

        get(nodes.undo(0, partner, redeemed.redemptionId()));

        assertThat(POSTGRES.query(
                        "SELECT balance || ' ' || lifetime FROM ledger.account WHERE member_id = '" + member + "'"))
                .containsExactly("-50 0");
        get(shop.purchase(account(card), club, 60));
        Truth.ledgerTiesOut(POSTGRES, partner);
    }

    @Test
    void voidsARedemptionOfADeletedVoucherAndNoneOfAnotherPartner() {
        Voucher voucher = nodes.voucher(partner, Draft.fixed(club));
        VoucherRedeemed redeemed = redeem(voucher, member);
        get(nodes.bus(0).command(new DeleteVoucher(partner, voucher.id(), Nodes.origin(null))));

        assertThat(refused(nodes.undo(0, Nodes.partner(), redeemed.redemptionId())))
                .isEqualTo(Problem.notFound());
        assertThat(refused(nodes.undo(0, partner, new RedemptionId(UUID.randomUUID()))))
                .isEqualTo(Problem.notFound());
        Repeat repeat = Nodes.repeat("void" + member, "body");
        Done<VoucherRedemption> first = get(undo(redeemed.redemptionId(), repeat));
        assertThat(get(undo(redeemed.redemptionId(), repeat)).replayed()).isEqualTo(Json.write(first.body()));
        assertThat(list(voucher, null, null).items()).containsExactly(first.body());
        Truth.usesAddUp(POSTGRES, partner);
    }

    @Test
    void listsRedemptionsNewestFirstPageByPage() {
        Voucher voucher = nodes.voucher(partner, Draft.fixed(club));
        List<RedemptionId> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            all.addFirst(redeem(voucher, i == 2 ? member : Nodes.member()).redemptionId());
        }

        VoucherRedemptionPage first = list(voucher, null, null);
        VoucherRedemptionPage second = list(voucher, null, first.pagination().nextCursor());

        assertThat(first.pagination().total()).isEqualTo(5);
        assertThat(first.items().stream().map(VoucherRedemption::id)).containsExactlyElementsOf(all.subList(0, 3));
        assertThat(second.items().stream().map(VoucherRedemption::id)).containsExactlyElementsOf(all.subList(3, 5));
        assertThat(second.pagination().nextCursor()).isNull();
        assertThat(list(voucher, member.toString(), null).items()).hasSize(1);
        assertThat(list(voucher, "nobody@example.org", null).items()).isEmpty();
        assertThat(refused(nodes.bus(0)
                                .ask(new ListRedemptions(Nodes.partner(), voucher.id(), null, new Paging(1, 3, null))))
                        .code())
                .isEqualTo(Code.NOT_FOUND);
    }

    /** Breaks when asking costs anything: a row, a use, an enrolment or an event. */
    @Test
    void changesNothingHoweverOftenItIsAsked() {
        var shop = new Shop(nodes);
        CardId card = nodes.card(partner, club);
        Draft draft = Draft.points(club, card, 50).limited(10L, 1L);
        draft.tiers = List.of(shop.tier(partner, club, 0));
        draft.newWithinDays = 7;
        draft.firstOrderOnly = true;
        Voucher voucher = nodes.voucher(partner, draft);
        String before = fingerprint();

        for (int batch = 0; batch < 100; batch++) {
            List<Future<VoucherValidated>> asked = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                asked.add(validate(i % 10 == 9 ? "UNKNOWN" : voucher.code(), club));
            }
            asked.forEach(each -> assertThat(get(each).timesUsed()).isIn(0L, null));
        }

        assertThat(fingerprint()).isEqualTo(before);
    }

    /** Breaks when the database lets a redemption be changed or deleted, by whomever. */
    @Test
    void keepsRedemptionsAsFacts() {
        Voucher voucher = nodes.voucher(partner, Draft.fixed(club));
        VoucherRedeemed redeemed = redeem(voucher, member);
        String where = " WHERE redemption_id = '" + redeemed.redemptionId() + "'";

        for (String change : List.of(
                "DELETE FROM vouchers.redemption" + where,
                "UPDATE vouchers.redemption SET discount_amount = 1" + where,
                "UPDATE vouchers.redemption SET discount_amount = 1, voided_at = now(), void_reason = 'x', "
                        + "void_request_id = 'x'" + where)) {
            assertThatThrownBy(() -> POSTGRES.execute(change)).rootCause().hasMessageContaining("never changed");
        }
        get(nodes.undo(0, partner, redeemed.redemptionId()));
        assertThatThrownBy(() -> POSTGRES.execute("UPDATE vouchers.redemption SET void_reason = 'other'" + where))
                .rootCause()
                .hasMessageContaining("voided once");
    }

    private void assertRefused(Draft draft, Reason reason) {
        assertReason(nodes.voucher(partner, draft), reason);
    }

    private void assertReason(Voucher voucher, Reason reason) {
        VoucherValidated told = nodes.validate(partner, voucher, member, null);
        Problem refusal = refused(nodes.redeem(0, partner, voucher.id(), member));
        assertThat(told.valid()).isFalse();
        assertThat(told.reason()).isEqualTo(reason);
        assertThat(refusal.code()).isEqualTo(Code.VOUCHER_INVALID);
        assertThat(refusal.details()).containsEntry("reason", reason.name());
        assertThat(refusal.message()).isEqualTo(told.message());
    }

    private AccountKey account(CardId card) {
        return Shop.account(partner, member, card);
    }

    private VoucherValidated ask(String code, ClubId at) {
        return get(validate(code, at));
    }

    private Future<VoucherValidated> validate(String code, ClubId at) {
        return nodes.bus(0)
                .ask(new ValidateVoucher(
                        partner, new ValidateFields(code, member.toString(), at, 2_450L), Nodes.origin(null)));
    }

    @CanIgnoreReturnValue
    private VoucherRedeemed redeem(Voucher voucher, MemberId by) {
        return get(nodes.redeem(0, partner, voucher.id(), by)).body();
    }

    private Future<Done<VoucherRedeemed>> redeem(Voucher voucher, @Nullable Repeat repeat) {
        var fields = new RedeemVoucherFields(member.toString(), null, null);
        return nodes.bus(0).command(new RedeemVoucher(partner, voucher.id(), fields, Nodes.origin(repeat)));
    }

    private Future<Done<VoucherRedemption>> undo(RedemptionId redemption, Repeat repeat) {
        return nodes.bus(0).command(new VoidRedemption(partner, redemption, "a mistake", Nodes.origin(repeat)));
    }

    private Future<Done<Voucher>> update(VoucherId voucher, String patch) {
        return nodes.bus(0).command(new UpdateVoucher(partner, voucher, new Patch(patch), Nodes.origin(null)));
    }

    private VoucherRedemptionPage list(Voucher voucher, @Nullable String identifier, @Nullable String cursor) {
        return get(nodes.bus(0).ask(new ListRedemptions(partner, voucher.id(), identifier, new Paging(1, 3, cursor))));
    }

    private static Problem refused(Future<?> future) {
        return ((ProblemException) failure(future)).problem();
    }

    /** All rows that a voucher could touch. */
    private static String fingerprint() {
        return String.join("\n", POSTGRES.query("""
                SELECT 'c' || md5(string_agg(n::text, '|' ORDER BY n::text)) FROM vouchers.voucher_counter n
                UNION ALL SELECT 'v' || md5(string_agg(n::text, '|' ORDER BY n::text)) FROM vouchers.voucher n
                UNION ALL SELECT 'u' || count(*) FROM vouchers.member_use
                UNION ALL SELECT 'r' || count(*) FROM vouchers.redemption
                UNION ALL SELECT 'i' || count(*) FROM platform.idempotency
                UNION ALL SELECT 'o' || count(*) FROM platform.outbox
                UNION ALL SELECT 'e' || count(*) FROM ledger.enrolment
                UNION ALL SELECT 's' || count(*) FROM ledger.standing
                UNION ALL SELECT 'a' || count(*) FROM ledger.account
                """));
    }
}
