/** Everything that can be asked of the points domain: cards, rewards, transactions and balances. */
@NullMarked
package dev.merit.contracts.points;

import org.jspecify.annotations.NullMarked;
