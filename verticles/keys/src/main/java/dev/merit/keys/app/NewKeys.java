package dev.merit.keys.app;

import dev.merit.contracts.KeyId;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.CreatedKey;
import dev.merit.keys.domain.KeyGrant;
import dev.merit.keys.store.NewKey;
import dev.merit.platform.Uuids;
import dev.merit.platform.pg.Idempotency.Reply;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a new key is stored and told: its text is shown once, and neither stored nor kept for repeats. */
final class NewKeys {
    static final Reply<CreatedKey> CREATED = Reply.created(CreatedKey.class).storing(NewKeys::withoutText);

    private NewKeys() {}

    static NewKey stored(Role role, @Nullable UUID owner, KeyGrant grant, KeySecret secret) {
        return new NewKey(new KeyId(Uuids.next()), role, owner, grant, secret.prefix(), secret.hash());
    }

    static CreatedKey told(KeysRequest.Key key, KeySecret secret) {
        return new CreatedKey(
                key.id(),
                key.role(),
                key.name(),
                key.keyPrefix(),
                key.scopes(),
                key.rateLimit(),
                key.expiresAt(),
                key.lastUsedAt(),
                key.revokedAt(),
                key.createdAt(),
                secret.text());
    }

    private static CreatedKey withoutText(CreatedKey key) {
        return new CreatedKey(
                key.id(),
                key.role(),
                key.name(),
                key.keyPrefix(),
                key.scopes(),
                key.rateLimit(),
                key.expiresAt(),
                key.lastUsedAt(),
                key.revokedAt(),
                key.createdAt(),
                null);
    }
}
