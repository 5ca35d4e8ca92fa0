/** Classes that break the rules of the house on purpose. Nothing else may use them. */
@NullMarked
package dev.merit.testing.planted;

import org.jspecify.annotations.NullMarked;
