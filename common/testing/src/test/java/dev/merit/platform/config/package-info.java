/** Proofs of the settings and of the table that documents them. */
@NullMarked
package dev.merit.platform.config;

import org.jspecify.annotations.NullMarked;
