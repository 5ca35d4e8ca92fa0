/** Points by the month in which they were earned, folded from events. Pure: no file, no broker, no clock. */
@NullMarked
package dev.merit.analyst.domain;

import org.jspecify.annotations.NullMarked;
