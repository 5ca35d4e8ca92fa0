package dev.merit.chaos.plan;

/** How a client sends an operation. */
public enum Manner {
    /** Until it knows. */
    ONCE,
    /** Once more after it knows: the same bytes must come. */
    REPEATED,
    /** Twice at the same moment, to two nodes where there are two. */
    TWIN
}
