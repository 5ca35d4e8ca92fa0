package dev.merit.events;

import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * What became of a list of events.
 *
 * @param count how many from the start of the list are acknowledged without a gap
 * @param failure why the next one is not; null when it was not tried
 * @param arrived events behind that gap which are acknowledged all the same: they are of other members
 * @param refused events that were refused, as opposed to a broker that is slow or away. Kafka refuses a batch for one
 *     of its events, so only one that was sent alone is guilty for certain
 */
record Delivery(int count, @Nullable Throwable failure, Set<UUID> arrived, Set<UUID> refused) {
    Delivery {
        arrived = Set.copyOf(arrived);
        refused = Set.copyOf(refused);
    }

    static Delivery of(int count) {
        return new Delivery(count, null, Set.of(), Set.of());
    }

    static Delivery failed(int count, Throwable failure) {
        return new Delivery(count, failure, Set.of(), Set.of());
    }

    boolean isRefused() {
        return !refused.isEmpty();
    }

    /** Whether an event that failed with this fails with it every time. */
    static boolean isFinal(Throwable failure) {
        return failure instanceof Unsendable
                || failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTopicException
                || failure instanceof TopicAuthorizationException
                || failure instanceof PolicyViolationException;
    }

    /** What operators read: never the event's content. */
    static String describe(Throwable failure) {
        return failure instanceof Unsendable
                ? String.valueOf(failure.getMessage())
                : failure.getClass().getSimpleName();
    }
}
