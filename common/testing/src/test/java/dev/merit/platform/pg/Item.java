package dev.merit.platform.pg;

/**
 * A command of the group commit's proofs.
 *
 * @param kind what it is up to
 */
record Item(int id, Kind kind) {

    enum Kind {
        GOOD,
        /** The domain says no. */
        REFUSED,
        /** It is accepted, but part of it is refused. */
        PARTLY_REFUSED,
        /** Loading takes half a second. */
        SLOW,
        /** Loading waits for a lock that somebody else may hold. */
        GATED,
        /** Loading fails in the database. */
        UNLOADABLE,
        /** Loading throws before anything is sent. */
        THROWING,
        /** Deciding throws. */
        UNDECIDABLE,
        /** The row breaks a constraint. */
        POISONOUS,
        /** The row breaks a constraint that is checked at commit. */
        LATE_POISONOUS,
        /** The commit takes half a second. */
        LATE,
        /** It takes a second statement, also in a look without locks. */
        LOGGED,
        /** The client refuses a parameter of the second write. */
        UNSENDABLE,
        /** The work forgets an outcome. */
        FORGOTTEN
    }

    static Item good(int id) {
        return new Item(id, Kind.GOOD);
    }
}
