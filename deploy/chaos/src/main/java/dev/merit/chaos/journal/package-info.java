/** The clients' own memory of a run: a file that knows of every operation before any node does. */
@NullMarked
package dev.merit.chaos.journal;

import org.jspecify.annotations.NullMarked;
