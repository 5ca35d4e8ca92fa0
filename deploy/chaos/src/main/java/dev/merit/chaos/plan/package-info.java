/**
 * What will be done in a run: operations and faults, drawn from a seed before anything is started. The same seed and
 * shape give the same lists.
 */
@NullMarked
package dev.merit.chaos.plan;

import org.jspecify.annotations.NullMarked;
