/** What can be asked of vouchers, and what they answer. */
@NullMarked
package dev.merit.contracts.vouchers;

import org.jspecify.annotations.NullMarked;
