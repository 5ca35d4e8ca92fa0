package dev.merit.chaos.plan;

import java.time.Duration;

/** What can go wrong, how long it lasts, and how much time the system then has before the next. */
public enum FaultKind {
    KILL_NODE("kill -9 of a node", 4, 16),
    KILL_POSTGRES("kill -9 of PostgreSQL", 3, 17),
    KILL_KAFKA("kill -9 of Kafka", 5, 15),
    PAUSE_NODE("SIGSTOP of a node", 20, 14),
    PARTITION_NODE("a node cut off", 20, 14),
    /** No fault, but a day like any other: nothing may be noticed of it. */
    RESTART_NODE("SIGTERM and start of a node", 1, 20);

    private static final int HUNDRED = 100;

    private final String title;
    private final Duration lasts;
    private final Duration rest;

    FaultKind(String title, int lastsSeconds, int restSeconds) {
        this.title = title;
        this.lasts = Duration.ofSeconds(lastsSeconds);
        this.rest = Duration.ofSeconds(restSeconds);
    }

    public String title() {
        return title;
    }

    /** From the fault to its end: what was killed is started again then. */
    Duration lasts(int pace) {
        return lasts.multipliedBy(pace).dividedBy(HUNDRED);
    }

    /** With the rest after it. */
    Duration slot(int pace) {
        return lasts.plus(rest).multipliedBy(pace).dividedBy(HUNDRED);
    }
}
