/** Tests of keys and partners over the real bus and a real PostgreSQL. */
@NullMarked
package dev.merit.keys;

import org.jspecify.annotations.NullMarked;
