package dev.merit.chaos.plan;

import java.time.Duration;

/**
 * How large a run is.
 *
 * @param operations that move value
 * @param load over how long they are spread
 * @param hot members that most operations meet
 * @param cold members that share the rest
 * @param rounds how often each kind of fault comes
 * @param pace how long faults and the rests after them last, in per cent of the usual
 */
public record Shape(
        int nodes,
        int clients,
        int tenants,
        int hot,
        int cold,
        int operations,
        Duration load,
        Rounds rounds,
        int pace) {

    private static final int OPERATIONS = 5_000;
    private static final int CLIENTS = 32;
    private static final int TENANTS = 3;
    private static final int HOT = 20;
    private static final int COLD = 500;
    private static final int USUAL = 100;
    private static final int HURRIED = 35;
    private static final int ROLLING_RATE = 100;

    public Shape {
        if (nodes < 1 || clients < 1 || tenants < 1 || hot < 1 || cold < 1 || operations < 1 || pace < 1) {
            throw new IllegalArgumentException(
                    "nodes, clients, tenants, members, operations and pace must be positive");
        }
    }

    /** How often each kind of fault comes. */
    public record Rounds(int nodeKills, int postgresKills, int kafkaKills, int pauses, int partitions, int restarts) {
        int all() {
            return nodeKills + postgresKills + kafkaKills + pauses + partitions + restarts;
        }

        Rounds times(int factor) {
            return new Rounds(
                    nodeKills * factor,
                    postgresKills * factor,
                    kafkaKills * factor,
                    pauses * factor,
                    partitions * factor,
                    restarts * factor);
        }

        Rounds withoutPartitions() {
            return new Rounds(nodeKills, postgresKills, kafkaKills, pauses, 0, restarts);
        }
    }

    /** The dozen that belong together. */
    private static final Rounds DOZEN = new Rounds(4, 2, 2, 2, 2, 0);

    /** The run that has to pass before a change is taken in. */
    public static Shape standard(int nodes) {
        return new Shape(nodes, CLIENTS, TENANTS, HOT, COLD, OPERATIONS, Schedule.length(DOZEN, USUAL), DOZEN, USUAL);
    }

    /** As many dozens of faults as there is time for, at the same rate of operations. */
    public static Shape lasting(int nodes, Duration load) {
        long dozens =
                Math.max(1, load.toSeconds() / Schedule.length(DOZEN, USUAL).toSeconds());
        Rounds rounds = DOZEN.times(Math.toIntExact(dozens));
        Duration length = Schedule.length(rounds, USUAL);
        long operations = OPERATIONS * dozens;
        return new Shape(nodes, CLIENTS, TENANTS, HOT, COLD, Math.toIntExact(operations), length, rounds, USUAL);
    }

    /** Shows in half a minute that everything works. */
    public static Shape smoke(int nodes) {
        Rounds rounds = new Rounds(1, 1, 0, 0, 0, 0);
        return new Shape(nodes, 8, 2, 4, 12, 300, Schedule.length(rounds, HURRIED), rounds, HURRIED);
    }

    /** Every node is stopped in order and started, one after another, {@code passes} times, under 100 operations a second. */
    public static Shape rolling(int nodes, int passes) {
        Rounds rounds = new Rounds(0, 0, 0, 0, 0, nodes * passes);
        Duration length = Schedule.length(rounds, USUAL);
        int operations = Math.toIntExact(length.toSeconds() * ROLLING_RATE);
        return new Shape(nodes, CLIENTS, TENANTS, HOT, COLD, operations, length, rounds, USUAL);
    }

    /** The same with faults and rests so many per cent as long. */
    public Shape withPace(int percent) {
        Duration length = Schedule.length(rounds, percent);
        return new Shape(nodes, clients, tenants, hot, cold, operations, length, rounds, percent);
    }

    /** The same without what this machine cannot do. */
    public Shape withoutPartitions() {
        return new Shape(nodes, clients, tenants, hot, cold, operations, load, rounds.withoutPartitions(), pace);
    }

    /** The same with other sizes of the load. */
    public Shape withOperations(int count) {
        return new Shape(nodes, clients, tenants, hot, cold, count, load, rounds, pace);
    }
}
