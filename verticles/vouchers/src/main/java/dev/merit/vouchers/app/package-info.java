/** Use cases: load, decide, save. Start at VoucherService for the vouchers, at RedemptionService for their use. */
@NullMarked
package dev.merit.vouchers.app;

import org.jspecify.annotations.NullMarked;
