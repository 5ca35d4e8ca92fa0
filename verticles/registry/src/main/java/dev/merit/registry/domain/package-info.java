/** What clubs, members and their identifiers look like, without clock, chance, database or framework. */
@NullMarked
package dev.merit.registry.domain;

import org.jspecify.annotations.NullMarked;
