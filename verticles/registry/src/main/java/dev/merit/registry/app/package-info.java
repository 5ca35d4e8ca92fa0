/** The use cases: load, decide, save. Transactions are opened here, statements stand in store. */
@NullMarked
package dev.merit.registry.app;

import org.jspecify.annotations.NullMarked;
