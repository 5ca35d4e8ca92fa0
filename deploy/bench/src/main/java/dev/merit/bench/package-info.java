/**
 * The bench: simple designs and the real node in turn through the same PostgreSQL, and the ratios between them. It sees
 * the node only from outside: its command line, its settings, its HTTP and its tables. Start at
 * {@link dev.merit.bench.Bench}.
 */
@NullMarked
package dev.merit.bench;

import org.jspecify.annotations.NullMarked;
