/** What can be asked of stamps. */
@NullMarked
package dev.merit.contracts.stamps;

import org.jspecify.annotations.NullMarked;
