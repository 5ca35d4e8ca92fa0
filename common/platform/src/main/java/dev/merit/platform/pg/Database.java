package dev.merit.platform.pg;

import dev.merit.platform.telemetry.Traces;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The connections to PostgreSQL: a bounded pool for single statements and ordinary transactions, one pipelined
 * connection for reads, and dedicated connections for group commit.
 */
public final class Database {
    /** How the name of the pool begins. */
    public static final String POOL = "merit-";

    private static final int WAITING_MAX = 500;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int UNACKNOWLEDGED_MILLIS = 10_000;
    private static final int PIPELINE = 256;
    private static final int STATEMENT_CACHE = 512;
    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(1_500);

    private final Vertx vertx;
    private final DatabaseOptions options;
    private final Traces traces;
    private final Pool pool;
    private final SqlClient reads;
    private final SqlClient lookups;

    private Database(Vertx vertx, DatabaseOptions options, Traces traces) {
        this.vertx = vertx;
        this.options = options;
        this.traces = traces;
        this.pool = PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(options.poolSize())
                        .setMaxWaitQueueSize(WAITING_MAX)
                        .setConnectionTimeout(CONNECT_MILLIS)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setShared(true)
                        .setName(POOL + Integer.toHexString(options.hashCode())))
                .with(transport())
                .connectingTo(connect())
                .using(vertx)
                .build();
        this.reads = pipelined(connect());
        this.lookups = pipelined(plannedOnce(connect()));
    }

    private SqlClient pipelined(PgConnectOptions connect) {
        return PgBuilder.client()
                .with(new PoolOptions()
                        .setMaxSize(2)
                        .setMaxWaitQueueSize(PIPELINE * 8)
                        .setConnectionTimeout(CONNECT_MILLIS)
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS))
                .with(transport())
                .connectingTo(connect.setPipeliningLimit(PIPELINE))
                .using(vertx)
                .build();
    }

    /** Opens nothing yet: connections are made when they are first needed. */
    public static Database open(Vertx vertx, DatabaseOptions options) {
        return open(vertx, options, Traces.off());
    }

    /** The same, for a Vert.x that traces. */
    public static Database open(Vertx vertx, DatabaseOptions options, Traces traces) {
        return new Database(vertx, options, traces);
    }

    /** Traces what the client of the database cannot. */
    Traces traces() {
        return traces;
    }

    /** For single statements that write, and anything rare. */
    public Pool pool() {
        return pool;
    }

    /** For single statements that read: they travel one behind the other on shared connections. */
    public SqlClient reads() {
        return reads;
    }

    /**
     * The same for statements that find a few rows by key: each is planned once for a connection, and not again for
     * every value, which takes longer than to carry it out. A statement whose best way depends on its values belongs to
     * {@link #reads}.
     */
    public SqlClient lookups() {
        return lookups;
    }

    /** Runs {@code work} in one transaction: committed when it succeeds, rolled back when it fails. */
    public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return pool.withTransaction(work);
    }

    /** A connection of one's own that waits for locks as long as the others do. */
    public Future<PgConnection> dedicated() {
        return dedicated(LOCK_TIMEOUT);
    }

    /**
     * A connection of one's own for group commit: pipelined, and with plans that are made once, as array parameters are
     * not worth re-planning for.
     *
     * @param lockTimeout how long a statement waits for a row that somebody else has locked
     */
    public Future<PgConnection> dedicated(Duration lockTimeout) {
        Future<PgConnection> connecting = PgConnection.connect(
                vertx,
                plannedOnce(connect())
                        .addProperty("lock_timeout", lockTimeout.toMillis() + "ms")
                        .setPipeliningLimit(PIPELINE));
        // A server that accepts and then says nothing would be waited for without end.
        Future<PgConnection> inTime = connecting.timeout(CONNECT_MILLIS, TimeUnit.MILLISECONDS);
        return inTime.onFailure(late -> connecting.onSuccess(PgConnection::close));
    }

    public Future<Void> close() {
        return Future.join(pool.close(), reads.close(), lookups.close()).mapEmpty();
    }

    /**
     * Sent and not acknowledged for so long, a connection is given up: after a cut the kernel would try it again ever
     * more rarely, and whoever waits on it would wait long after the network is whole.
     */
    private NetClientOptions transport() {
        return new NetClientOptions().setTcpUserTimeout(isLocal() ? 0 : UNACKNOWLEDGED_MILLIS);
    }

    private boolean isLocal() {
        return options.socketDirectory() != null && vertx.isNativeTransportEnabled();
    }

    /** Every statement finds few rows by key, so a plan made while the tables were small must not scan grown ones. */
    private static PgConnectOptions plannedOnce(PgConnectOptions connect) {
        return connect.addProperty("plan_cache_mode", "force_generic_plan")
                .addProperty("enable_seqscan", "off")
                .addProperty("enable_hashjoin", "off")
                .addProperty("enable_mergejoin", "off");
    }

    private PgConnectOptions connect() {
        PgConnectOptions connect = new PgConnectOptions()
                .setHost(options.host())
                .setPort(options.port())
                .setDatabase(options.database())
                .setUser(options.user())
                .setPassword(options.password())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(STATEMENT_CACHE)
                .setPreparedStatementCacheSqlFilter(sql -> true)
                .addProperty("application_name", "merit")
                .addProperty("statement_timeout", "10s")
                .addProperty("lock_timeout", LOCK_TIMEOUT.toMillis() + "ms")
                // A node that was cut off in the midst of a transaction keeps nobody's rows locked for long.
                .addProperty("idle_in_transaction_session_timeout", "10s");
        if (isLocal()) {
            connect.setHost(options.socketDirectory());
        } else {
            connect.addProperty("tcp_user_timeout", UNACKNOWLEDGED_MILLIS + "ms");
        }
        if (options.role() != null) {
            connect.addProperty("role", options.role());
        }
        return connect;
    }
}
