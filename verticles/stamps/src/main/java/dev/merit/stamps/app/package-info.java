/** Use cases: load, decide, save. Start at StampService. */
@NullMarked
package dev.merit.stamps.app;

import org.jspecify.annotations.NullMarked;
