package dev.merit.events;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * What became of a list of events.
 *
 * @param count how many from the start of the list are acknowledged without a gap
 * @param failure why the next one is not; null when it was not tried
 */
record Delivery(int count, @Nullable Throwable failure) {

    /** Whether the next event will be refused every time, as opposed to a broker that is slow or away. */
    boolean isRefused() {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTopicException;
    }
}
