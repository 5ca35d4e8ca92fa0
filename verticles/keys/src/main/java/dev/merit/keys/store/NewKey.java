package dev.merit.keys.store;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Role;
import dev.merit.keys.domain.KeyGrant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A key that is about to be stored.
 *
 * @param owner null for admin keys
 * @param keyPrefix the part of the text that may be shown
 * @param keyHash SHA-256 of the text, lower-case hex
 */
public record NewKey(KeyId id, Role role, @Nullable UUID owner, KeyGrant grant, String keyPrefix, String keyHash) {}
