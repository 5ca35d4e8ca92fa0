package dev.merit.keys.app;

import dev.merit.contracts.KeyId;
import dev.merit.keys.store.KeyStore;
import dev.merit.platform.pg.Database;
import dev.merit.platform.pg.PgProblems;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes which keys are in use, all of a second in one statement. Nobody waits for it, and a lost note costs nothing but
 * its minute. Confined to the context of its verticle.
 */
final class KeyUses {
    private static final Logger LOGGER = LoggerFactory.getLogger(KeyUses.class);
    private static final long PAUSE_MILLIS = 1_000;
    private static final int KEYS_MAX = 10_000;

    private final Vertx vertx;
    private final Database database;
    private final KeyStore store = new KeyStore();
    private Set<KeyId> used = new HashSet<>();

    KeyUses(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
    }

    /** What is too much for one second is noted with a later use. */
    void note(KeyId key) {
        if (used.isEmpty()) {
            vertx.setTimer(PAUSE_MILLIS, fired -> {
                var unused = write();
            });
        }
        if (used.size() < KEYS_MAX) {
            used.add(key);
        }
    }

    /** Writes what was noted so far. It never fails. */
    Future<Void> write() {
        if (used.isEmpty()) {
            return Future.succeededFuture();
        }
        Set<KeyId> written = used;
        used = new HashSet<>();
        return store.setLastUsed(database.pool(), written).otherwise(failure -> {
            LOGGER.atWarn()
                    .addKeyValue("keys", written.size())
                    .addKeyValue("cause", PgProblems.describe(failure))
                    .log("key_uses_not_noted");
            return null;
        });
    }
}
