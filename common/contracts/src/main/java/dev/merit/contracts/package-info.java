/**
 * What verticles say to each other: requests, replies, ids, problems and notices, as plain records.
 *
 * <p>One sealed file per domain holds everything that can be asked of it; reading that file is reading the domain's
 * interface. Nothing here knows a framework. Start at {@link dev.merit.contracts.Request}.
 */
@NullMarked
package dev.merit.contracts;

import org.jspecify.annotations.NullMarked;
