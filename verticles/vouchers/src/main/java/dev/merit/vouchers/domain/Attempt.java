package dev.merit.vouchers.domain;

import dev.merit.contracts.Validity;
import dev.merit.contracts.vouchers.VouchersRequest.Reason;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.ledger.domain.MemberFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A member wants to use a voucher now.
 *
 * @param order the amount of the order in minor units; null when it is not known
 * @param timesUsed by anybody
 * @param usesOfMember by this member
 * @param facts what the member is to the partner; looked at only by vouchers for some
 * @param card that points would go to; null when there is none, or none any more
 */
public record Attempt(
        Instant now,
        @Nullable Long order,
        long timesUsed,
        long usesOfMember,
        MemberFacts facts,
        @Nullable BonusCard card) {

    /**
     * Why the voucher cannot be used: the first of its reasons, always in the same order. First what everybody could
     * see, then limits, then the order, then what this member is.
     */
    public Optional<Refusal> judge(VoucherTerms terms) {
        return state(terms).or(() -> limits(terms)).or(() -> order(terms)).or(() -> audience(terms));
    }

    /** Bonus points need a card that can be credited: without one the voucher is as inactive as its card. */
    private Optional<Refusal> state(VoucherTerms terms) {
        boolean gives = terms.type() == VoucherType.BONUS_POINTS;
        if (!terms.isActive()) {
            return refusal(Reason.INACTIVE, "This voucher is not active.");
        }
        if (gives && (card == null || !card.isActive() || !card.club().equals(terms.club()))) {
            return refusal(Reason.INACTIVE, "The card of this voucher's points cannot be credited.");
        }
        Validity cards = card == null ? new Validity(null, null) : card.validity();
        if (terms.validity().isBefore(now) || cards.isBefore(now)) {
            return refusal(Reason.NOT_STARTED, "This voucher cannot be used yet.");
        }
        if (terms.validity().isOver(now) || cards.isOver(now)) {
            return refusal(Reason.EXPIRED, "This voucher can no longer be used.");
        }
        return Optional.empty();
    }

    private Optional<Refusal> limits(VoucherTerms terms) {
        Long total = terms.limits().total();
        if (total != null && timesUsed >= total) {
            return refusal(Reason.USED_UP, "This voucher is used up.");
        }
        Long perMember = terms.limits().perMember();
        if (perMember != null && usesOfMember >= perMember) {
            return refusal(Reason.MEMBER_LIMIT, "This member has used this voucher as often as it may.");
        }
        return Optional.empty();
    }

    private Optional<Refusal> order(VoucherTerms terms) {
        Long minimum = terms.minOrder();
        if (minimum == null || (order != null && order >= minimum)) {
            return Optional.empty();
        }
        return refusal(Reason.MIN_ORDER, "The order must be at least " + minimum + " in minor units.");
    }

    private Optional<Refusal> audience(VoucherTerms terms) {
        VoucherTerms.Audience audience = terms.audience();
        if (!audience.tiers().isEmpty()
                && (facts.tier() == null || !audience.tiers().contains(facts.tier()))) {
            return refusal(Reason.TIER, "This voucher is for other tiers.");
        }
        Integer days = audience.newWithinDays();
        Instant enrolledAt = facts.enrolledAt();
        if (days != null
                && enrolledAt != null
                && enrolledAt.plus(Duration.ofDays(days)).isBefore(now)) {
            return refusal(Reason.NOT_NEW_MEMBER, "This voucher is for new members.");
        }
        if (audience.firstOrderOnly() && facts.hasPurchased()) {
            return refusal(Reason.NOT_FIRST_ORDER, "This voucher is for a member's first order.");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refusal(Reason reason, String message) {
        return Optional.of(new Refusal(reason, message));
    }
}
