package dev.merit.chaos.domain;

import java.util.Map;
import java.util.UUID;

/**
 * What the shops promised, by id.
 *
 * @param rewards what each costs
 * @param owners the partner of every card, reward, voucher and stamp card
 */
public record Terms(
        Map<UUID, CardTerms> cards,
        Map<UUID, Long> rewards,
        Map<UUID, VoucherTerms> vouchers,
        Map<UUID, StampTerms> stampCards,
        Map<UUID, UUID> owners) {

    public Terms {
        cards = Map.copyOf(cards);
        rewards = Map.copyOf(rewards);
        vouchers = Map.copyOf(vouchers);
        stampCards = Map.copyOf(stampCards);
        owners = Map.copyOf(owners);
    }

    /**
     * How a card earns.
     *
     * @param pointsPerUnit of 100 cents
     * @param bonus with the first purchase of a member
     */
    public record CardTerms(long pointsPerUnit, long bonus) {
        long points(long cents, boolean first) {
            return cents * pointsPerUnit / 100 + (first ? bonus : 0);
        }
    }

    /**
     * How often a voucher may be used.
     *
     * @param points given with each use; 0 for a discount
     */
    public record VoucherTerms(long usesMax, long usesPerMemberMax, long points) {}

    /** What a full round of a stamp card takes and gives. */
    public record StampTerms(long required, long points) {}
}
