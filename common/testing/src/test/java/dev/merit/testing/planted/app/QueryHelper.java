package dev.merit.testing.planted.app;

import dev.merit.testing.planted.store.WrongStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlClient;

/** Breaks: SQL stands in stores, no class is named so, the raw bus is not used, nobody awaits. */
public final class QueryHelper {
    private final WrongStore store = new WrongStore();

    public int count(Vertx vertx, SqlClient client) {
        vertx.eventBus().publish("raw", store.toString());
        return Future.await(client.query("SELECT 1").execute()).size();
    }
}
