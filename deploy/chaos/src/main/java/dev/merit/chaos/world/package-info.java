/**
 * What is broken: nodes as processes of the built distribution, one PostgreSQL and one Kafka that this program owns,
 * the network between them, and the faults themselves. Only processes that were started here are ended, each by its id.
 */
@NullMarked
package dev.merit.chaos.world;

import org.jspecify.annotations.NullMarked;
