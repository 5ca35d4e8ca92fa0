package dev.merit.analyst.domain;

import java.util.List;

/** What came of folding an entry. */
public sealed interface Folded {

    /**
     * It follows what was told before.
     *
     * @param movements what it did to which lot; none for an entry without points
     */
    record Moved(List<Movement> movements) implements Folded {
        public Moved {
            movements = List.copyOf(movements);
        }
    }

    /** It cannot follow what was told before: what the account holds cannot be known any more. */
    record Unfit(String reason) implements Folded {}
}
