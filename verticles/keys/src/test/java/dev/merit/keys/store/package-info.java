/** Tests of the statements of keys. */
@NullMarked
package dev.merit.keys.store;

import org.jspecify.annotations.NullMarked;
