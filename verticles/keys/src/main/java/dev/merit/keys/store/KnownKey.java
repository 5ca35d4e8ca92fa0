package dev.merit.keys.store;

import dev.merit.contracts.keys.KeysRequest.Identity;

/**
 * A key that was found by its hash.
 *
 * @param useIsStale whether its last use was noted more than a minute ago
 */
public record KnownKey(Identity identity, boolean useIsStale) {}
