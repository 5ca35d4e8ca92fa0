package dev.merit.keys.app;

import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.Authenticated;
import dev.merit.keys.store.KeyStore;
import dev.merit.keys.store.KnownKey;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.GroupRead;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

/** Finds out whose a key is, and notes that it is in use. */
public final class KnownKeys {
    private static final GroupRead.Limits TOGETHER = new GroupRead.Limits(256, 5_000, KeysRequest.ADDRESS.timeout());

    private final KeyStore keys = new KeyStore();
    private final KeyUses uses;
    private final GroupRead<String, KnownKey> known;

    /** Make it on the context on which it is asked. */
    public KnownKeys(Vertx vertx, Database database) {
        this.uses = new KeyUses(vertx, database);
        this.known = new GroupRead<>(vertx, TOGETHER, hashes -> keys.findKnown(database.lookups(), hashes));
    }

    /** Keys that are asked for at once are found together. */
    public Future<Authenticated> authenticate(Authenticate query) {
        return known.find(query.keyHash()).map(found -> found.map(this::used).orElse(new Authenticated(null)));
    }

    private Authenticated used(KnownKey found) {
        if (found.useIsStale()) {
            uses.note(found.identity().key());
        }
        return new Authenticated(found.identity());
    }

    /** Writes down what is still to be noted. */
    public Future<Void> close() {
        return uses.write();
    }
}
