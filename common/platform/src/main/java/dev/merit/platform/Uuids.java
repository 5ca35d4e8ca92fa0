package dev.merit.platform;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.time.Instant;
import java.util.UUID;

/** New ids: UUID version 7, so that indexes grow at their right end. */
public final class Uuids {
    private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();
    /**
     * One for each thread: a generator forgets its last id whenever it is given another millisecond, and a batch that
     * is decided on one thread must not be disturbed by another's.
     */
    private static final ThreadLocal<TimeBasedEpochGenerator> GIVEN_TIME =
            ThreadLocal.withInitial(Generators::timeBasedEpochGenerator);

    private static final long MILLIS_MAX = (1L << 48) - 1;
    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private Uuids() {}

    public static UUID next() {
        return GENERATOR.generate();
    }

    /**
     * An id that carries {@code time} (milliseconds) instead of this machine's clock. On one thread, ids that are made
     * one after another for one time ascend.
     */
    public static UUID at(Instant time) {
        return GIVEN_TIME.get().construct(time.toEpochMilli());
    }

    /**
     * The smallest id of a millisecond: a bound for ranges of time-ordered ids. Times before 1970 give the smallest.
     */
    public static UUID floor(Instant time) {
        long millis = Math.clamp(time.toEpochMilli(), 0, MILLIS_MAX);
        return new UUID((millis << 16) | VERSION_7, VARIANT);
    }
}
