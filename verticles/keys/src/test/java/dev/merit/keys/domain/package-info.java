/** Tests of what a key and a partner may be. */
@NullMarked
package dev.merit.keys.domain;

import org.jspecify.annotations.NullMarked;
