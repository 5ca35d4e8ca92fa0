package dev.merit.chaos.plan;

import dev.merit.chaos.domain.Kind;
import java.util.Locale;
import java.util.UUID;

/**
 * One operation before anything exists that it could name.
 *
 * @param tenant which shop, from 0
 * @param member which member, from 0; the first are the hot ones
 * @param choice which of the shop's things of that kind
 * @param amount cents of a purchase, number of stamps, else 0
 * @param due milliseconds after the load has begun
 * @param read whether the client asks for the balance afterwards
 */
public record PlannedOperation(
        UUID id, Kind kind, int tenant, int member, int choice, long amount, long due, Manner manner, boolean read) {

    /** In a line, the same for the same seed. */
    public String shown() {
        return String.format(
                Locale.ROOT,
                "%s %8d %-8s tenant %d member %3d choice %d amount %5d %s%s",
                id,
                due,
                kind,
                tenant,
                member,
                choice,
                amount,
                manner,
                read ? " read" : "");
    }
}
