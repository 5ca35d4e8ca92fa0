/**
 * Who is meant: members by any of their identifiers and staff by id, asked of the registry and remembered for a while.
 * Every domain that serves a till uses it.
 */
@NullMarked
package dev.merit.people;

import org.jspecify.annotations.NullMarked;
