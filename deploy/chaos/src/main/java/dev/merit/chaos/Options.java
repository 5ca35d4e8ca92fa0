package dev.merit.chaos;

import dev.merit.chaos.plan.Plant;
import dev.merit.chaos.plan.Shape;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run is told.
 *
 * @param clustered whether nodes join one cluster; else they share only the servers
 * @param partitions whether nodes are cut off, where the machine can do it
 * @param plant a mistake put in on purpose
 * @param from another packaged node, which all nodes are at first; null for this one
 * @param skewHours by how much clocks of nodes are wrong
 * @param out a directory for journal, lists, logs and summary
 */
record Options(
        long seed,
        Shape shape,
        boolean clustered,
        boolean partitions,
        @Nullable Path from,
        int skewHours,
        Path out,
        Plant plant) {}
