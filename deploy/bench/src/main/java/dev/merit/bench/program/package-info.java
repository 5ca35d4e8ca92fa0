/** Programs that the bench starts beside itself and that end with it. Knows nothing of what they do. */
@NullMarked
package dev.merit.bench.program;

import org.jspecify.annotations.NullMarked;
