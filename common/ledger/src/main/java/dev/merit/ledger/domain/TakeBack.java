package dev.merit.ledger.domain;

/**
 * What the reversal of a purchase, or of a part of one, takes away.
 *
 * @param purchaseSequence the entry of the purchase, and so its lot
 * @param points what the purchase earned before this reversal, less what it earns after
 * @param whole whether nothing of the purchase is left: then it no longer counts as one
 */
public record TakeBack(long purchaseSequence, long points, boolean whole) {
    public TakeBack {
        if (points < 0) {
            throw new IllegalArgumentException("a reversal cannot give points: " + points);
        }
    }
}
