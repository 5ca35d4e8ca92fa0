/** Tests of the statements of registry. */
@NullMarked
package dev.merit.registry.store;

import org.jspecify.annotations.NullMarked;
