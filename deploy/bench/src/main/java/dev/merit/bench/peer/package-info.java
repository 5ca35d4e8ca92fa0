/**
 * Other programs that answer over HTTP, each in a process of its own: what the same machine can do with less, and what
 * the obvious design does.
 */
@NullMarked
package dev.merit.bench.peer;

import org.jspecify.annotations.NullMarked;
