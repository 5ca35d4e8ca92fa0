/** Sends traces to a collector, and nothing in them that is not for it. */
@NullMarked
package dev.merit.node.traces;

import org.jspecify.annotations.NullMarked;
