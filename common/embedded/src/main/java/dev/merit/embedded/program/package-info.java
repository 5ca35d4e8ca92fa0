/** What programs share that start servers and nodes as processes, and have to end them whatever happens. */
@NullMarked
package dev.merit.embedded.program;

import org.jspecify.annotations.NullMarked;
