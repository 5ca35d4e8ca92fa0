/**
 * The program. {@link dev.merit.node.Main} reads the command line; {@link dev.merit.node.Node} starts the parts one
 * after the other and {@link dev.merit.node.Teardown} ends them in the opposite order.
 *
 * <p>Only what wires the parts together lives here: no SQL but a probe, no HTTP but the management port, no rule of any
 * domain. Start reading at {@link dev.merit.node.Node#start}.
 */
@NullMarked
package dev.merit.node;

import org.jspecify.annotations.NullMarked;
