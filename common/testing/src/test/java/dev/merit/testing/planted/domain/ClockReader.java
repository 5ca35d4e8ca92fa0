package dev.merit.testing.planted.domain;

import io.vertx.core.json.JsonObject;
import java.time.LocalDate;
import java.util.SplittableRandom;
import java.util.UUID;

/** Breaks: domain is plain Java, domain reads neither clock nor chance. */
public final class ClockReader {
    private final SplittableRandom random = new SplittableRandom();

    public JsonObject decide(LocalDate from) {
        return new JsonObject()
                .put("late", LocalDate.now(java.time.ZoneOffset.UTC).isAfter(from))
                .put("lucky", random.nextBoolean())
                .put("id", UUID.randomUUID().toString())
                .put("home", System.getenv("HOME"));
    }
}
