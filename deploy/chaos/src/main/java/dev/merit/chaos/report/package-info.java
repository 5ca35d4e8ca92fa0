/** What a run came to: promises, availability after each fault, and the files that are kept. */
@NullMarked
package dev.merit.chaos.report;

import org.jspecify.annotations.NullMarked;
