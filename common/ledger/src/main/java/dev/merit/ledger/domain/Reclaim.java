package dev.merit.ledger.domain;

/**
 * Points of a credit that are taken back whole, because what gave them is undone.
 *
 * @param event of the entry that takes them: the one that gave them, with the opposite sign
 * @param creditSequence the entry that gave them, and so its lot
 */
public record Reclaim(EntryEvent event, long creditSequence, long points) {
    public Reclaim {
        if (points <= 0) {
            throw new IllegalArgumentException("nothing is taken back: " + points);
        }
    }
}
