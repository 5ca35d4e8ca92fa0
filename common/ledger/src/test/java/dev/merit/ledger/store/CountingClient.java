package dev.merit.ledger.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.PrepareOptions;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Query;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;

/** Hands every statement on, and remembers it. */
final class CountingClient implements SqlClient {
    private final SqlClient client;
    private final List<String> sent = new ArrayList<>();

    CountingClient(SqlClient client) {
        this.client = client;
    }

    /** How many statements were sent up to now. */
    int sent() {
        return sent.size();
    }

    @Override
    public Query<RowSet<Row>> query(String sql) {
        sent.add(sql);
        return client.query(sql);
    }

    @Override
    public PreparedQuery<RowSet<Row>> preparedQuery(String sql) {
        sent.add(sql);
        return client.preparedQuery(sql);
    }

    @Override
    public PreparedQuery<RowSet<Row>> preparedQuery(String sql, PrepareOptions options) {
        sent.add(sql);
        return client.preparedQuery(sql, options);
    }

    @Override
    public Future<Void> close() {
        return client.close();
    }
}
