/**
 * HTTP in, envelope out: who calls, may they, is what they say well-formed, which domain answers. No SQL, no domain
 * logic.
 *
 * <p>{@code openapi} turns the contract's document into operations and their checks, {@code http} holds every step of
 * a request in the contract's order, {@code routes} builds one bus request per operation. Start at
 * {@link dev.merit.router.RouterVerticle}.
 */
@NullMarked
package dev.merit.router;

import org.jspecify.annotations.NullMarked;
