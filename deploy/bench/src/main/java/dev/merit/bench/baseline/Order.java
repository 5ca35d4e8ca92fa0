package dev.merit.bench.baseline;

import java.math.BigDecimal;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** One purchase to be booked. */
record Order(UUID idempotency, String email, BigDecimal amount, long points) {
    private static final int CENTS_MIN = 1_000;
    private static final int CENTS_MAX = 10_000;
    private static final int CENTS_PER_POINT = 10;

    static Order next(RandomGenerator random, int members) {
        long cents = random.nextLong(CENTS_MIN, CENTS_MAX);
        return new Order(
                new UUID(random.nextLong(), random.nextLong()),
                BenchTables.email(random.nextInt(members)),
                BigDecimal.valueOf(cents, 2),
                cents / CENTS_PER_POINT);
    }

    /** The answer's data, kept for repeats. */
    String answer(UUID entry, UUID member, long balance) {
        return "{\"transaction_id\":\"" + entry + "\",\"member_id\":\"" + member + "\",\"points_awarded\":" + points
                + ",\"new_balance\":" + balance + "}";
    }
}
