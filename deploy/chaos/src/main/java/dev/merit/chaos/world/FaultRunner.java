package dev.merit.chaos.world;

import dev.merit.chaos.plan.Fault;
import dev.merit.chaos.plan.FaultKind;
import dev.merit.chaos.plan.Schedule;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** Lets the faults of a schedule happen, one after another, and takes down when. */
public final class FaultRunner {
    private static final long MILLI = 1_000_000;
    private static final Duration REST_MIN = Duration.ofSeconds(5);
    private static final Duration TRAFFIC_LIMIT = Duration.ofSeconds(3);
    private static final int TRAFFIC_MIN = 3;
    private static final Duration SERVE_LIMIT = Duration.ofSeconds(60);
    private static final Duration STEADY = Duration.ofSeconds(8);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final World world;
    private final Eyes eyes;
    private final List<Happened> happened = new CopyOnWriteArrayList<>();

    /** What is there to be broken. */
    public record World(Nodes nodes, PostgresServer postgres, KafkaServer kafka, Network network) {}

    /**
     * A fault that has happened; times are nanoseconds of the callers' clock.
     *
     * @param began when it struck
     * @param released when it ended: the process was started again, or woken, or connected
     * @param healed when what was started again was ready again; else as released
     * @param served from when on a node that had been away served by itself; {@link #NEVER} when it did not; else as
     *     healed
     */
    public record Happened(Fault fault, long began, long released, long healed, long served) {
        public static final long NEVER = Long.MAX_VALUE;
    }

    /**
     * What the faults know of the callers, and whom they tell.
     *
     * @param clock of the callers, so that their calls and the faults can be laid side by side
     * @param inFlight calls that wait for an answer of a node
     * @param api asks a node directly
     */
    public record Eyes(LongSupplier clock, IntUnaryOperator inFlight, Question api, Consumer<String> progress) {}

    /** Whether a node answers. */
    @FunctionalInterface
    public interface Question {
        boolean isAnswered(int node) throws InterruptedException;
    }

    public FaultRunner(World world, Eyes eyes) {
        this.world = world;
        this.eyes = eyes;
    }

    /** All so far, in order. */
    public List<Happened> happened() {
        return List.copyOf(happened);
    }

    /** Comes back when the last is healed. A fault waits for the one before it, however long that took. */
    public void run(Schedule schedule, long origin) throws InterruptedException {
        for (Fault fault : schedule.faults()) {
            // What took long to heal still has a moment to be well in.
            long rested = happened.isEmpty() ? 0 : happened.getLast().healed() + REST_MIN.toNanos() - origin;
            long wait = Math.max(fault.at(), rested / MILLI) - (now() - origin) / MILLI;
            if (wait > 0) {
                Thread.sleep(wait);
            }
            awaitTraffic(fault);
            long began = now();
            strike(fault);
            Thread.sleep(fault.lasts());
            long released = now();
            release(fault);
            long healed = now();
            long served = isLasting(fault.kind()) ? awaitServing(fault.node(), released) : healed;
            Happened done = new Happened(fault, began, released, healed, served);
            happened.add(done);
            eyes.progress()
                    .accept(fault.shown()
                            + String.format(
                                    Locale.ROOT,
                                    "; struck at %.1f s, well after %.1f s",
                                    (began - origin) / 1e9,
                                    (done.healed() - began) / 1e9));
        }
    }

    private long now() {
        return eyes.clock().getAsLong();
    }

    /** A fault that meets nobody shows nothing: it waits a moment for calls that are under way. */
    private void awaitTraffic(Fault fault) throws InterruptedException {
        long deadline = System.nanoTime() + TRAFFIC_LIMIT.toNanos();
        while (inFlight(fault) < TRAFFIC_MIN && System.nanoTime() < deadline) {
            Thread.sleep(1);
        }
    }

    private int inFlight(Fault fault) {
        boolean everybody = fault.kind() == FaultKind.KILL_POSTGRES || fault.kind() == FaultKind.KILL_KAFKA;
        return everybody
                ? IntStream.range(0, world.nodes().size()).map(eyes.inFlight()).sum()
                : eyes.inFlight().applyAsInt(fault.node());
    }

    private void strike(Fault fault) {
        switch (fault.kind()) {
            case KILL_NODE -> world.nodes().kill(fault.node());
            case KILL_POSTGRES -> world.postgres().kill();
            case KILL_KAFKA -> world.kafka().kill();
            case PAUSE_NODE -> world.nodes().pause(fault.node());
            case RESTART_NODE -> world.nodes().stop(fault.node());
            case PARTITION_NODE -> world.network().cut(fault.node(), fault.cut());
        }
    }

    private void release(Fault fault) throws InterruptedException {
        switch (fault.kind()) {
            case KILL_NODE, RESTART_NODE -> {
                world.nodes().start(fault.node());
                world.nodes().awaitReady(fault.node());
            }
            case KILL_POSTGRES -> world.postgres().startAgain();
            case KILL_KAFKA -> world.kafka().startAgain();
            case PAUSE_NODE -> world.nodes().resume(fault.node());
            case PARTITION_NODE -> world.network().heal(fault.node());
        }
    }

    /**
     * From when on a node is ready and answers. It may look well for a moment before it finds out what it has missed,
     * so it has to stay so for longer than that takes.
     */
    private long awaitServing(int node, long released) throws InterruptedException {
        long since = Happened.NEVER;
        while (true) {
            boolean serves = world.nodes().isReady(node) && eyes.api().isAnswered(node);
            long now = now();
            since = serves ? Math.min(since, now) : Happened.NEVER;
            if (serves && now - since >= STEADY.toNanos()) {
                return since;
            }
            if (!serves && now - released > SERVE_LIMIT.toNanos()) {
                return Happened.NEVER;
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    /** Whether the end of a fault, not its beginning, is what the system has to recover from. */
    public static boolean isLasting(FaultKind kind) {
        return kind == FaultKind.PAUSE_NODE || kind == FaultKind.PARTITION_NODE;
    }
}
