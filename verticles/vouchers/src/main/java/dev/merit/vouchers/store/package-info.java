/** The SQL on schema vouchers. */
@NullMarked
package dev.merit.vouchers.store;

import org.jspecify.annotations.NullMarked;
