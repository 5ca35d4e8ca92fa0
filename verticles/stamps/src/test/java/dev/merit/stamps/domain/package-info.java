/** The rules of stamps, without anything around them. */
@NullMarked
package dev.merit.stamps.domain;

import org.jspecify.annotations.NullMarked;
