package dev.merit.bench.measure;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How many cores each program kept busy; a program that cannot be watched is left out. */
public record CpuShares(Map<Program, Double> cores) {
    public static final CpuShares UNKNOWN = new CpuShares(Map.of());

    /** The programs that share the machine. */
    public enum Program {
        /** This one: the clients of the baselines, the callers of the node. */
        LOAD,
        NODE,
        /** The node's embedded broker. */
        KAFKA,
        /** Other programs that answer over HTTP. */
        PEER,
        POSTGRES
    }

    public CpuShares {
        cores = Map.copyOf(cores);
    }

    /** How much of all that these programs did was done by one of them; from 0 to 1. */
    public static double share(Map<Program, Double> cores, Program one) {
        double all = cores.values().stream().mapToDouble(Double::doubleValue).sum();
        return all == 0 ? 0 : cores.getOrDefault(one, 0.0) / all;
    }

    static CpuShares between(Map<Program, Duration> before, Map<Program, Duration> after, Duration took) {
        var cores = new EnumMap<Program, Double>(Program.class);
        after.forEach((program, spent) -> {
            Duration earlier = before.get(program);
            if (earlier != null) {
                cores.put(program, (double) spent.minus(earlier).toNanos() / took.toNanos());
            }
        });
        return new CpuShares(cores);
    }
}
