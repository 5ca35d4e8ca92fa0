/**
 * Keys and partners: who calls and what they may do. Start at KeysVerticle.
 *
 * <p>{@code app} has one method per request, {@code domain} decides what a key or a partner may be, {@code store} has
 * all SQL on schema {@code keys}. The text of a key exists only while it is being made.
 */
@NullMarked
package dev.merit.keys;

import org.jspecify.annotations.NullMarked;
