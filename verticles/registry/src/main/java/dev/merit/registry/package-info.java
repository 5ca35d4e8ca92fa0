/**
 * Clubs, members and what a member is called. Start at RegistryVerticle.
 *
 * <p>{@code app} has one method per request, {@code domain} knows what clubs, members and identifiers look like,
 * {@code store} has all SQL on schema {@code registry}.
 */
@NullMarked
package dev.merit.registry;

import org.jspecify.annotations.NullMarked;
