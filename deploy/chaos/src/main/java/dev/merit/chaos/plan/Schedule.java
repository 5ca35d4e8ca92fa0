package dev.merit.chaos.plan;

import dev.merit.chaos.plan.Shape.Rounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** The faults of a run, one after another, drawn from a seed. */
public record Schedule(List<Fault> faults) {
    private static final Duration LEAD = Duration.ofSeconds(5);
    private static final int JITTER_MILLIS = 2_000;
    private static final int HUNDRED = 100;

    /** Keeps the draws of faults and of operations apart: more of one does not change the other. */
    private static final long SALT = 0x5EED_FA17L;

    public Schedule {
        faults = List.copyOf(faults);
    }

    private static Duration lead(int pace) {
        return LEAD.multipliedBy(pace).dividedBy(HUNDRED);
    }

    /** How long these faults take with their rests. */
    public static Duration length(Rounds rounds, int pace) {
        Duration length = lead(pace);
        for (FaultKind kind : kinds(rounds)) {
            length = length.plus(kind.slot(pace));
        }
        return length;
    }

    /**
     * Draws when what breaks. Every node is hit before one is hit a second time.
     *
     * @param clustered whether nodes know each other, so that they can be cut off from one another
     */
    public static Schedule draw(long seed, Shape shape, boolean clustered) {
        Random random = new Random(seed ^ SALT);
        List<FaultKind> kinds = new ArrayList<>(kinds(shape.rounds()));
        Collections.shuffle(kinds, random);
        List<Cut> cuts = clustered ? List.of(Cut.PEERS, Cut.ALL, Cut.SERVERS) : List.of(Cut.SERVERS, Cut.ALL);
        List<Integer> nodes = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        int cut = random.nextInt(cuts.size());
        int jitter = JITTER_MILLIS * shape.pace() / HUNDRED;
        long at = lead(shape.pace()).toMillis();
        for (FaultKind kind : kinds) {
            if (nodes.isEmpty()) {
                for (int node = 0; node < shape.nodes(); node++) {
                    nodes.add(node);
                }
                Collections.shuffle(nodes, random);
            }
            boolean hitsNode = kind != FaultKind.KILL_POSTGRES && kind != FaultKind.KILL_KAFKA;
            int node = hitsNode ? nodes.removeLast() : 0;
            if (kind == FaultKind.PARTITION_NODE) {
                cut = (cut + 1) % cuts.size();
            }
            faults.add(new Fault(
                    faults.size() + 1,
                    at + random.nextInt(jitter),
                    kind,
                    node,
                    cuts.get(cut),
                    kind.lasts(shape.pace())));
            at += kind.slot(shape.pace()).toMillis();
        }
        return new Schedule(faults);
    }

    private static List<FaultKind> kinds(Rounds rounds) {
        List<FaultKind> kinds = new ArrayList<>(rounds.all());
        kinds.addAll(Collections.nCopies(rounds.nodeKills(), FaultKind.KILL_NODE));
        kinds.addAll(Collections.nCopies(rounds.postgresKills(), FaultKind.KILL_POSTGRES));
        kinds.addAll(Collections.nCopies(rounds.kafkaKills(), FaultKind.KILL_KAFKA));
        kinds.addAll(Collections.nCopies(rounds.pauses(), FaultKind.PAUSE_NODE));
        kinds.addAll(Collections.nCopies(rounds.partitions(), FaultKind.PARTITION_NODE));
        kinds.addAll(Collections.nCopies(rounds.restarts(), FaultKind.RESTART_NODE));
        return kinds;
    }

    /** A line for each fault. */
    public String shown() {
        return faults.stream().map(Fault::shown).collect(Collectors.joining("\n"));
    }
}
