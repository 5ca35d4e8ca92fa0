/**
 * The stamps domain: stamp cards, stamps, and the rewards of full cards.
 *
 * <p>{@code StampsVerticle} routes; {@code app} loads, decides and saves; {@code domain} decides and knows no
 * framework; {@code store} holds the SQL on schema {@code stamps}. Points of full cards are booked on the ledger, in
 * {@code dev.merit.ledger}, in the same transaction. A stamp's path starts at {@link dev.merit.stamps.StampsVerticle}
 * and goes on in {@code app.StampService}.
 */
@NullMarked
package dev.merit.stamps;

import org.jspecify.annotations.NullMarked;
