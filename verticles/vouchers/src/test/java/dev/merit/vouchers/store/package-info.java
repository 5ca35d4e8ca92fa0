/** Tests of the statements. */
@NullMarked
package dev.merit.vouchers.store;

import org.jspecify.annotations.NullMarked;
