/** An example consumer: the topic of transactions folded into a DuckDB file, and a report of what is owed. */
@NullMarked
package dev.merit.analyst;

import org.jspecify.annotations.NullMarked;
