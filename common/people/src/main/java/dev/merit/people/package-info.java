/**
 * Who and what is meant: members by any of their identifiers and staff by id, asked of the registry, clubs, and cards
 * of points; remembered for a while. Every domain that serves a till uses it.
 */
@NullMarked
package dev.merit.people;

import org.jspecify.annotations.NullMarked;
