/** What is asked of discovery. */
@NullMarked
package dev.merit.contracts.discovery;

import org.jspecify.annotations.NullMarked;
