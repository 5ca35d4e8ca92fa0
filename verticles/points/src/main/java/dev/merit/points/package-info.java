/**
 * The points domain: cards, rewards, tiers, purchases, redemptions, balances.
 *
 * <p>{@code PointsVerticle} routes; {@code app} loads, decides and saves; {@code domain} decides and knows no
 * framework; {@code store} holds the SQL on schema {@code points}. The ledger itself is in {@code dev.merit.ledger}. A
 * purchase's path starts at {@link dev.merit.points.PointsVerticle} and goes on in {@code app.BookingService}.
 */
@NullMarked
package dev.merit.points;

import org.jspecify.annotations.NullMarked;
