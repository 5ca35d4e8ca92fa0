package dev.merit.events;

import dev.merit.events.store.SliceClaim;

/**
 * A slice that is ours, as far as this node knows. The database decides, by its own clock and by the fence; the end
 * noted here, counted from before the question was asked, only keeps a node that was paused from sending in vain.
 */
record Lease(SliceClaim claim, long untilNanos) {
    boolean isCurrent() {
        return System.nanoTime() - untilNanos < 0;
    }

    boolean isSameOwnership(Lease other) {
        return claim.equals(other.claim());
    }
}
