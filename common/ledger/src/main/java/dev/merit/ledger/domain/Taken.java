package dev.merit.ledger.domain;

import java.util.Comparator;

/**
 * What a debit took from a lot, together with the lot as it is now.
 *
 * @param lot as read under the account's lock, whether or not anything is left in it
 */
public record Taken(Lot lot, long points) {
    static final Comparator<Taken> FIRST_EXPIRING = Comparator.comparing(Taken::lot, Lot.FIRST_EXPIRING);

    public Taken {
        if (points <= 0) {
            throw new IllegalArgumentException("nothing was taken: " + points);
        }
    }
}
