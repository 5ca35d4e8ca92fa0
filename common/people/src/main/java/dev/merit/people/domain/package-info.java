/** Whom an effect is attributed to, as plain Java. */
@NullMarked
package dev.merit.people.domain;

import org.jspecify.annotations.NullMarked;
