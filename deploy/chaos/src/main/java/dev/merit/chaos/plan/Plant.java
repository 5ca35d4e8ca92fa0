package dev.merit.chaos.plan;

/**
 * A mistake that is put in on purpose, outside the nodes, to show that the checker notices it. The nodes run unchanged:
 * what differs is the database's settings, its tables, or the words on the way to it.
 */
public enum Plant {
    /** Nothing is wrong. */
    NONE,
    /** Clients are told before the commit is on disk. */
    EARLY_ACKNOWLEDGEMENT,
    /** Each node remembers only the idempotency keys that came to itself. */
    KEYS_IN_MEMORY,
    /** Whoever publishes reads on from the highest number it has seen, and so skips what commits late. */
    NAIVE_POLLER,
    /** Accounts are read without being locked, and nothing else keeps two entries from one number. */
    MISSING_LOCK,
    /** Each node counts the uses of vouchers by itself. */
    LIMIT_PER_NODE
}
