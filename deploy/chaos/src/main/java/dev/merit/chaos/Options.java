package dev.merit.chaos;

import dev.merit.chaos.plan.Plant;
import dev.merit.chaos.plan.Shape;
import java.nio.file.Path;

/**
 * What a run is told.
 *
 * @param clustered whether nodes join one cluster; else they share only the servers
 * @param partitions whether nodes are cut off, where the machine can do it
 * @param plant a mistake put in on purpose
 * @param out a directory for journal, lists, logs and summary
 */
record Options(long seed, Shape shape, boolean clustered, boolean partitions, Path out, Plant plant) {}
