package dev.merit.router.http;

import dev.merit.contracts.keys.KeysRequest.Identity;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authorization.Authorizations;

/** The holder of a known key, as a Vert.x user; {@link Access} reads its scopes. Shared by the key's requests. */
public final class Caller implements User {
    private final Identity identity;
    private final User user;

    Caller(Identity identity) {
        this.identity = identity;
        this.user = User.create(new JsonObject()
                .put("sub", identity.owner().toString())
                .put("role", identity.role().word())
                .put("key", identity.keyPrefix()));
    }

    /** The key and its owner. */
    public Identity identity() {
        return identity;
    }

    @Override
    public JsonObject attributes() {
        return user.attributes();
    }

    @Override
    public JsonObject principal() {
        return user.principal();
    }

    @Override
    public Authorizations authorizations() {
        return user.authorizations();
    }

    @Override
    public User merge(User other) {
        throw new UnsupportedOperationException("a key stands for one owner");
    }
}
