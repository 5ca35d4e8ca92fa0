package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DatabaseIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);

    record Line(
            @Nullable UUID id,
            @Nullable String text,
            long number,
            @Nullable Long perhaps,
            @Nullable BigDecimal decimal,
            boolean flag,
            @Nullable Instant time) {}

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    // The ledger's protection hangs on it: the login may own the tables, this role may not change an entry.
    @Test
    void takesTheApplicationsRoleOnEveryConnection() {
        assertThat(currentUser(database.pool())).isEqualTo("merit_app");
        assertThat(currentUser(database.reads())).isEqualTo("merit_app");
        PgConnection dedicated = Eventually.get(database.dedicated());
        assertThat(currentUser(dedicated)).isEqualTo("merit_app");
        Eventually.get(dedicated.close());
    }

    // An acknowledged booking survives a crash only with these two on.
    @Test
    void waitsForTheDiskOnEveryConnection() {
        assertThat(text(database.pool(), "SHOW synchronous_commit")).isEqualTo("on");
        assertThat(text(database.pool(), "SHOW lock_timeout")).isEqualTo("1500ms");
        assertThat(text(database.pool(), "SHOW statement_timeout")).isEqualTo("10s");
    }

    @Test
    void turnsRowsIntoColumnsAndBack() {
        List<Line> lines = List.of(
                new Line(
                        new UUID(1, 2),
                        "a'ä,{}\"\\",
                        7,
                        8L,
                        new BigDecimal("24.50"),
                        true,
                        Instant.parse("2026-03-01T10:00:00.123456Z")),
                new Line(null, null, -1, null, null, false, null),
                new Line(null, "", Long.MAX_VALUE, Long.MIN_VALUE, new BigDecimal("1E+3"), true, Instant.EPOCH),
                new Line(null, "NULL", 0, 0L, new BigDecimal("0.10000000000000000000000000000001"), false, null));

        assertThat(roundTrip(lines).stream().map(DatabaseIT::plain))
                .containsExactlyElementsOf(lines.stream().map(DatabaseIT::plain).toList());
        assertThat(roundTrip(List.of())).isEmpty();
    }

    // 2,000 seconds instead of 2: a full pool has to be an answer, not a wait.
    @Test
    void givesUpWaitingForAConnection() {
        var small =
                Database.open(vertx, new DatabaseOptions(POSTGRES.options().url(), null, DatabaseOptions.APP_ROLE, 1));
        long start = System.nanoTime();
        Future<?> holding =
                small.transaction(tx -> tx.query("SELECT pg_sleep(5)").execute());

        Future<?> query = small.pool().query("SELECT 1").execute();
        Throwable failure =
                Eventually.failure(small.transaction(tx -> tx.query("SELECT 1").execute()));

        assertThat(failure).matches(PgProblems::isTrouble);
        assertThat(Eventually.failure(query)).matches(PgProblems::isTrouble);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        Eventually.get(holding);
        Eventually.get(small.close());
    }

    // A server that accepts and says nothing, as behind a dead network: the writer must not wait for it for ever.
    @Test
    void givesUpConnectingToASilentServer() throws IOException {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var lost = Database.open(
                    vertx,
                    new DatabaseOptions("postgresql://merit@127.0.0.1:" + silent.getLocalPort() + "/x", null, null, 1));

            assertThat(Eventually.failure(lost.dedicated())).matches(PgProblems::isTrouble);
            Eventually.get(lost.close());
        }
    }

    // Two databases in one process, as in tests: a shared pool must not answer for the other one.
    @Test
    void keepsTheConnectionsOfTwoDatabasesApart() {
        var url = POSTGRES.options().url();
        var other = Database.open(vertx, new DatabaseOptions(url.replaceFirst("/[^/]*$", "/postgres"), null, null, 2));

        assertThat(text(database.pool(), "SELECT current_database()")).startsWith("test_");
        assertThat(text(other.pool(), "SELECT current_database()")).isEqualTo("postgres");
        Eventually.get(other.close());
    }

    private List<Line> roundTrip(List<Line> lines) {
        var columns = Columns.of(lines)
                .uuid(Line::id)
                .text(Line::text)
                .number(Line::number)
                .numberOrNull(Line::perhaps)
                .decimal(Line::decimal)
                .flag(Line::flag)
                .time(Line::time);
        return Eventually.get(
                database.reads().preparedQuery("""
                        SELECT id, text, number, perhaps, "decimal"::numeric AS "decimal", flag, "time"
                          FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::boolean[],
                                      $7::timestamptz[]) AS t (id, text, number, perhaps, "decimal", flag, "time")
                        """).execute(columns.tuple()).map(rows -> {
                    var read = new ArrayList<Line>();
                    rows.forEach(row -> read.add(line(row)));
                    return read;
                }));
    }

    private static Line line(Row row) {
        var time = row.getOffsetDateTime("time");
        return new Line(
                row.getUUID("id"),
                row.getString("text"),
                row.getLong("number"),
                row.getLong("perhaps"),
                row.getBigDecimal("decimal"),
                row.getBoolean("flag"),
                time == null ? null : time.toInstant());
    }

    /** Decimals by their digits: 24.50 is not 24.5 here. */
    private static String plain(Line line) {
        return line.toString().replace("1E+3", "1000");
    }

    private static String currentUser(SqlClient client) {
        return text(client, "SELECT current_user::text");
    }

    private static String text(SqlClient client, String sql) {
        return Eventually.get(
                client.query(sql).execute().map(rows -> rows.iterator().next().getString(0)));
    }
}
