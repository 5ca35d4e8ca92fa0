/** The obvious alternative: a purchase with Spring Boot and JDBC. Start at {@link dev.merit.peer.PurchaseService}. */
@NullMarked
package dev.merit.peer;

import org.jspecify.annotations.NullMarked;
