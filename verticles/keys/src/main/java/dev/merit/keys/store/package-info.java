/** All SQL on schema keys, each statement above the method that uses it. */
@NullMarked
package dev.merit.keys.store;

import org.jspecify.annotations.NullMarked;
