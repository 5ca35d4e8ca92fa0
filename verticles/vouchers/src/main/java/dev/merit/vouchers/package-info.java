/**
 * The vouchers domain: vouchers, whether a member may redeem one, and its redemptions.
 *
 * <p>{@code VouchersVerticle} routes; {@code app} loads, decides and saves; {@code domain} decides and knows no
 * framework; {@code store} holds the SQL on schema {@code vouchers}. Bonus points are booked with
 * {@code dev.merit.ledger} in the transaction of the redemption. A redemption's path starts at
 * {@link dev.merit.vouchers.VouchersVerticle} and goes on in {@code app.RedemptionService}.
 */
@NullMarked
package dev.merit.vouchers;

import org.jspecify.annotations.NullMarked;
