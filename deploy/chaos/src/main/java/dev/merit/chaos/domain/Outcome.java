package dev.merit.chaos.domain;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What one attempt came to, as the client saw it. */
public sealed interface Outcome {

    /** The client knows whether there was an effect. */
    default boolean isDefinite() {
        return !(this instanceof Indefinite);
    }

    /** Whether the node answered at all, if only that it does not know. */
    default boolean isAnswer() {
        return !(this instanceof Indefinite doubt)
                || Character.isDigit(doubt.why().charAt(0));
    }

    /**
     * 2xx.
     *
     * @param digest of the body's bytes: a repeat must answer the same
     * @param effect the entry or redemption that the answer names; null where it names none
     * @param points what the answer says moved; 0 for a voucher without points
     * @param newBalance the account's balance as told; null where it is not
     */
    record Acknowledged(
            int status,
            String digest,
            @Nullable UUID effect,
            long points,
            @Nullable Long newBalance) implements Outcome {}

    /** 4xx: nothing may have changed. */
    record Refused(int status, String code) implements Outcome {}

    /**
     * Timeout, reset, refused connection, 5xx or an earlier attempt still running: none or one effect.
     *
     * @param why status and code of an answer, or the name of what went wrong without one
     */
    record Indefinite(String why) implements Outcome {}
}
