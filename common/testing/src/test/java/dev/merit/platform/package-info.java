/** The platform's proofs that need nothing but files. */
@NullMarked
package dev.merit.platform;

import org.jspecify.annotations.NullMarked;
