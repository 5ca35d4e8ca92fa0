/**
 * What tests share: a real PostgreSQL and Kafka, golden files, and the rules of the house. Start at {@link
 * dev.merit.testing.PostgresFixture}.
 */
@NullMarked
package dev.merit.testing;

import org.jspecify.annotations.NullMarked;
