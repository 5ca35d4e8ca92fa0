/** Tests of the lots folded from events. */
@NullMarked
package dev.merit.analyst.domain;

import org.jspecify.annotations.NullMarked;
