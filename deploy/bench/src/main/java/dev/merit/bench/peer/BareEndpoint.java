package dev.merit.bench.peer;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The least that a read over HTTP can be with Vert.x and PostgreSQL: one row by its key, as JSON, with nothing in
 * front. A program of its own, told by its environment what database and which port.
 */
public final class BareEndpoint extends VerticleBase {
    static final String DATABASE = "BENCH_DATABASE_URL";
    static final String PORT = "BENCH_PORT";

    private static final String PATH = "/rows/";
    private static final int PIPELINED_MAX = 256;

    private static final String FIND_ROW = "SELECT id, points FROM bench.row WHERE id = $1";

    private final PgConnectOptions database;
    private final int port;
    private @Nullable SqlClient client;

    private BareEndpoint(PgConnectOptions database, int port) {
        this.database = database;
        this.port = port;
    }

    public static void main(String[] arguments) {
        PgConnectOptions database = PgConnectOptions.fromUri(setting(DATABASE));
        database.setCachePreparedStatements(true).setPipeliningLimit(PIPELINED_MAX);
        int port = Integer.parseInt(setting(PORT));
        Vertx vertx = Vertx.vertx();
        // One for each processor; they share the port.
        for (int loop = 0; loop < Runtime.getRuntime().availableProcessors(); loop++) {
            var unused = vertx.deployVerticle(new BareEndpoint(database, port)).onFailure(failure -> {
                System.err.println(failure.getMessage());
                Runtime.getRuntime().halt(1);
            });
        }
    }

    private static String setting(String name) {
        return Objects.requireNonNull(System.getenv(name), name);
    }

    @Override
    public Future<?> start() {
        SqlClient connected = PgBuilder.client()
                .with(new PoolOptions().setMaxSize(1))
                .connectingTo(database)
                .using(vertx)
                .build();
        client = connected;
        return vertx.createHttpServer()
                .requestHandler(request -> answer(connected, request))
                .listen(port, "127.0.0.1");
    }

    private static void answer(SqlClient client, HttpServerRequest request) {
        int id = Integer.parseInt(request.path().substring(PATH.length()));
        client.preparedQuery(FIND_ROW)
                .execute(Tuple.of(id))
                .map(BareEndpoint::json)
                .onSuccess(json -> {
                    var unused = request.response()
                            .putHeader("Content-Type", "application/json")
                            .end(json);
                })
                .onFailure(failure -> {
                    var unused = request.response().setStatusCode(500).end();
                });
    }

    private static String json(RowSet<Row> rows) {
        Row row = rows.iterator().next();
        return "{\"id\":" + row.getInteger("id") + ",\"points\":" + row.getLong("points") + "}";
    }

    @Override
    public Future<?> stop() {
        return client == null ? Future.succeededFuture() : client.close();
    }
}
