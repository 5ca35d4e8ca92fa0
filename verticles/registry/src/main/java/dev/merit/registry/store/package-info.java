/** All SQL on schema registry, each statement above the method that uses it. */
@NullMarked
package dev.merit.registry.store;

import org.jspecify.annotations.NullMarked;
