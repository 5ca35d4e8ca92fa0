/** Tests of what clubs, members and their identifiers look like. */
@NullMarked
package dev.merit.registry.domain;

import org.jspecify.annotations.NullMarked;
