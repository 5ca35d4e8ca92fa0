package dev.merit.vouchers.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.ClubId;
import dev.merit.contracts.TierId;
import dev.merit.contracts.Validity;
import dev.merit.contracts.vouchers.VouchersRequest.Reason;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.ledger.domain.MemberFacts;
import dev.merit.vouchers.domain.VoucherTerms.Audience;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every reason by itself, at its edges, and the order among them. */
class AttemptTest {
    private static final Instant NOW = Instant.parse("2026-06-15T12:00:00Z");
    private static final Instant EARLIER = NOW.minusMillis(1);
    private static final Instant LATER = NOW.plusMillis(1);
    private static final TierId GOLD = new TierId(UUID.randomUUID());
    private static final TierId SILVER = new TierId(UUID.randomUUID());
    private static final Validity ALWAYS = new Validity(null, null);

    @Test
    void findsNothingWrongWithAPlainVoucher() {
        assertThat(plain().judge(Terms.plain().build())).isEmpty();
    }

    @Test
    void refusesWhatIsSwitchedOff() {
        assertThat(reason(plain(), Terms.plain().inactive())).contains(Reason.INACTIVE);
    }

    @Test
    void isValidFromItsFirstToItsLastMoment() {
        assertThat(reason(plain(), Terms.plain().validity(new Validity(LATER, null))))
                .contains(Reason.NOT_STARTED);
        assertThat(reason(plain(), Terms.plain().validity(new Validity(NOW, NOW))))
                .isEmpty();
        assertThat(reason(plain(), Terms.plain().validity(new Validity(null, EARLIER))))
                .contains(Reason.EXPIRED);
    }

    /** Breaks when points are promised that could not be credited. */
    @Test
    void givesPointsOnlyWhereTheCardTakesThem() {
        Terms points = Terms.of(VoucherType.BONUS_POINTS, "50");
        assertThat(reason(with(card(ALWAYS, true)), points)).isEmpty();
        assertThat(reason(with(card(ALWAYS, false)), points)).contains(Reason.INACTIVE);
        assertThat(reason(with(null), points)).contains(Reason.INACTIVE);
        var moved = new BonusCard(Terms.CARD, new ClubId(UUID.randomUUID()), 12, ALWAYS, true);
        assertThat(reason(with(moved), points)).contains(Reason.INACTIVE);
        assertThat(reason(with(card(new Validity(LATER, null), true)), points)).contains(Reason.NOT_STARTED);
        assertThat(reason(with(card(new Validity(null, EARLIER), true)), points))
                .contains(Reason.EXPIRED);
    }

    @Test
    void countsUsesUpToTheLimitAndNotBeyond() {
        Terms total = Terms.plain().limits(10L, null);
        assertThat(reason(used(9, 0), total)).isEmpty();
        assertThat(reason(used(10, 0), total)).contains(Reason.USED_UP);
        assertThat(reason(used(11, 0), total)).contains(Reason.USED_UP);
        Terms perMember = Terms.plain().limits(null, 2L);
        assertThat(reason(used(50, 1), perMember)).isEmpty();
        assertThat(reason(used(50, 2), perMember)).contains(Reason.MEMBER_LIMIT);
    }

    /** Breaks when an order whose amount was left out passes a minimum. */
    @Test
    void takesNoOrderBelowTheMinimumAndNoneOfAnUnknownAmount() {
        Terms minimum = Terms.plain().minOrder(2_000);
        assertThat(reason(order(2_000L), minimum)).isEmpty();
        assertThat(reason(order(1_999L), minimum)).contains(Reason.MIN_ORDER);
        assertThat(reason(order(null), minimum)).contains(Reason.MIN_ORDER);
        assertThat(reason(order(null), Terms.plain())).isEmpty();
    }

    @Test
    void isForTheTiersItNames() {
        Terms gold = Terms.plain().audience(new Audience(Set.of(GOLD), null, false));
        assertThat(reason(of(new MemberFacts(NOW, GOLD, false)), gold)).isEmpty();
        assertThat(reason(of(new MemberFacts(NOW, SILVER, false)), gold)).contains(Reason.TIER);
        assertThat(reason(of(new MemberFacts(NOW, null, false)), gold)).contains(Reason.TIER);
    }

    /** Breaks when a stranger counts as old, or the last of the days no longer counts. */
    @Test
    void isForNewMembersForSoManyDays() {
        Terms week = Terms.plain().audience(new Audience(Set.of(), 7, false));
        Instant edge = NOW.minus(Duration.ofDays(7));
        assertThat(reason(of(MemberFacts.OF_STRANGER), week)).isEmpty();
        assertThat(reason(of(new MemberFacts(edge, null, false)), week)).isEmpty();
        assertThat(reason(of(new MemberFacts(edge.minusMillis(1), null, false)), week))
                .contains(Reason.NOT_NEW_MEMBER);
    }

    @Test
    void isForTheFirstOrder() {
        Terms first = Terms.plain().audience(new Audience(Set.of(), null, true));
        assertThat(reason(of(new MemberFacts(NOW, null, false)), first)).isEmpty();
        assertThat(reason(of(new MemberFacts(NOW, null, true)), first)).contains(Reason.NOT_FIRST_ORDER);
    }

    /** Breaks when the reasons are looked for in another order than the one that is documented. */
    @Test
    void namesTheFirstOfItsReasonsInTheDocumentedOrder() {
        var facts = new MemberFacts(NOW.minus(Duration.ofDays(100)), SILVER, true);
        Audience nobody = new Audience(Set.of(GOLD), 7, true);
        Validity backwards = new Validity(LATER, EARLIER); // Neither begun nor over: only to see which is told.
        var attempt = new Attempt(NOW, 1L, 10, 10, facts, null);

        List<Optional<Reason>> told = List.of(
                reason(
                        attempt,
                        Terms.plain()
                                .inactive()
                                .validity(backwards)
                                .limits(1L, 1L)
                                .minOrder(2)
                                .audience(nobody)),
                reason(
                        attempt,
                        Terms.plain()
                                .validity(backwards)
                                .limits(1L, 1L)
                                .minOrder(2)
                                .audience(nobody)),
                reason(attempt, over().limits(1L, 1L).minOrder(2).audience(nobody)),
                reason(attempt, Terms.plain().limits(1L, 1L).minOrder(2).audience(nobody)),
                reason(attempt, Terms.plain().limits(null, 1L).minOrder(2).audience(nobody)),
                reason(attempt, Terms.plain().minOrder(2).audience(nobody)),
                reason(attempt, Terms.plain().audience(nobody)),
                reason(attempt, Terms.plain().audience(new Audience(Set.of(), 7, true))),
                reason(attempt, Terms.plain().audience(new Audience(Set.of(), null, true))));

        assertThat(told.stream().map(Optional::orElseThrow))
                .containsExactlyElementsOf(Arrays.stream(Reason.values())
                        .skip(2)
                        .toList()); // The first two need no member and no voucher.
    }

    private static Terms over() {
        return Terms.plain().validity(new Validity(null, EARLIER));
    }

    private static Optional<Reason> reason(Attempt attempt, Terms terms) {
        return attempt.judge(terms.build()).map(Refusal::reason);
    }

    private static Attempt plain() {
        return order(null);
    }

    private static Attempt order(@Nullable Long amount) {
        return new Attempt(NOW, amount, 0, 0, MemberFacts.OF_STRANGER, null);
    }

    private static Attempt used(long byAll, long byMember) {
        return new Attempt(NOW, null, byAll, byMember, MemberFacts.OF_STRANGER, null);
    }

    private static Attempt of(MemberFacts facts) {
        return new Attempt(NOW, null, 0, 0, facts, null);
    }

    private static Attempt with(@Nullable BonusCard card) {
        return new Attempt(NOW, null, 0, 0, MemberFacts.OF_STRANGER, card);
    }

    private static BonusCard card(Validity validity, boolean isActive) {
        return new BonusCard(Terms.CARD, Terms.CLUB, 12, validity, isActive);
    }
}
