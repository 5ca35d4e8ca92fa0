/** The DuckDB file: events, lots, movements and how far the topic is read, written in one transaction. */
@NullMarked
package dev.merit.analyst.store;

import org.jspecify.annotations.NullMarked;
