/** When a voucher may be redeemed and what it gives, as plain Java. */
@NullMarked
package dev.merit.vouchers.domain;

import org.jspecify.annotations.NullMarked;
