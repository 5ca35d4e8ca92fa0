/** Tests of the example consumer. */
@NullMarked
package dev.merit.analyst;

import org.jspecify.annotations.NullMarked;
