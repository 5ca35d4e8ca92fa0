/**
 * Tests of the embedded servers: real ones, in temporary directories and on free ports. {@code Owner} is there to be
 * killed.
 */
@NullMarked
package dev.merit.embedded;

import org.jspecify.annotations.NullMarked;
