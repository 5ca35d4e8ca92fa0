/** Tests of clubs and members over the real bus and a real PostgreSQL. */
@NullMarked
package dev.merit.registry;

import org.jspecify.annotations.NullMarked;
