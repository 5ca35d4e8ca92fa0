package dev.merit.router.http;

import dev.merit.contracts.keys.KeysRequest.Identity;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import io.vertx.ext.auth.authorization.Authorizations;

/**
 * The holder of a known key, as a Vert.x user; {@link Access} reads its scopes. Shared by the key's requests, and kept by
 * the thousand: what Vert.x would let a user carry besides is made when it is asked for, and nobody here asks.
 */
public final class Caller implements User {
    private final Identity identity;

    Caller(Identity identity) {
        this.identity = identity;
    }

    /** The key and its owner. */
    public Identity identity() {
        return identity;
    }

    @Override
    public JsonObject attributes() {
        return new JsonObject();
    }

    @Override
    public JsonObject principal() {
        return new JsonObject();
    }

    @Override
    public Authorizations authorizations() {
        return User.create(principal()).authorizations();
    }

    @Override
    public User merge(User other) {
        throw new UnsupportedOperationException("a key stands for one owner");
    }
}
