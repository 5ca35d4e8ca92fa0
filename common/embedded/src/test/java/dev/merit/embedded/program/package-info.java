@NullMarked
package dev.merit.embedded.program;

import org.jspecify.annotations.NullMarked;
