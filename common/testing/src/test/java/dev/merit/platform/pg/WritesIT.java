package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class WritesIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final String COIN = "INSERT INTO lab.coin (id, name, statement) VALUES ($1, $2, txid_current())";
    private static final String NOTE = "INSERT INTO lab.note (coin, text) SELECT $2, unnest($1::text[])";

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    /** One connection, so that statements run in the order in which they are sent. */
    private final SqlClient tx = Eventually.get(database.dedicated(Duration.ofSeconds(2)));

    private final Writes writes = new Writes();

    @BeforeEach
    void makeTables() {
        POSTGRES.execute("DROP SCHEMA IF EXISTS lab CASCADE; CREATE SCHEMA lab;"
                + "CREATE TABLE lab.coin (id int PRIMARY KEY, name text, statement bigint);"
                + "CREATE TABLE lab.note (coin int, text text);"
                + "GRANT USAGE ON SCHEMA lab TO merit_app; GRANT ALL ON lab.coin, lab.note TO merit_app");
    }

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    // Without a transaction each statement has one of its own: equal ones tell that there was one statement.
    @Test
    void putsPartsTogetherInOneStatement() {
        writes.add(COIN, Tuple.of(1, "a"));
        writes.add(NOTE, Tuple.of(new String[] {"x", "y"}, 1));
        writes.add(COIN, Tuple.of(2, "b"));
        Eventually.get(writes.send(tx));

        assertThat(POSTGRES.query("SELECT id || name FROM lab.coin ORDER BY id"))
                .containsExactly("1a", "2b");
        assertThat(POSTGRES.query("SELECT coin || text FROM lab.note ORDER BY text"))
                .containsExactly("1x", "1y");
        assertThat(POSTGRES.count("SELECT count(DISTINCT statement) FROM lab.coin"))
                .isEqualTo(1);
    }

    @Test
    void writesNothingWhenOnePartFails() {
        writes.add(NOTE, Tuple.of(new String[] {"x"}, 1));
        writes.add(COIN, Tuple.of(1, "a"));
        writes.add(COIN, Tuple.of(1, "b"));

        assertThat(Eventually.failure(writes.send(tx))).isInstanceOf(PgException.class);
        assertThat(POSTGRES.count("SELECT count(*) FROM lab.note")).isZero();
    }

    @Test
    void sendsOtherStatementsBehindWhatWasAddedBefore() {
        writes.add(COIN, Tuple.of(1, "a"));
        writes.alone(connection ->
                connection.query("UPDATE lab.coin SET name = name || '!'").execute());
        writes.add(COIN, Tuple.of(2, "b"));
        Eventually.get(writes.send(tx));

        assertThat(POSTGRES.query("SELECT id || name FROM lab.coin ORDER BY id"))
                .containsExactly("1a!", "2b");
    }

    @Test
    void failsWithTheOthers() {
        writes.alone(connection -> Future.failedFuture(new IllegalStateException("no")));

        assertThat(Eventually.failure(writes.send(tx))).hasMessage("no");
    }

    @Test
    void writesTheFirstPartBeforeTheOthers() {
        POSTGRES.execute("CREATE SEQUENCE lab.turn; GRANT ALL ON SEQUENCE lab.turn TO merit_app;"
                + "ALTER TABLE lab.coin ADD turn bigint DEFAULT nextval('lab.turn')");
        writes.add(COIN, Tuple.of(1, "a"));
        writes.add(COIN, Tuple.of(2, "b"));
        writes.first(COIN, Tuple.of(3, "c"));
        writes.add(COIN, Tuple.of(4, "d"));
        Eventually.get(writes.send(tx));

        assertThat(POSTGRES.query("SELECT name FROM lab.coin ORDER BY turn LIMIT 1"))
                .containsExactly("c");
        assertThat(POSTGRES.count("SELECT count(DISTINCT statement) FROM lab.coin"))
                .isEqualTo(1);
    }

    @Test
    void knowsWhetherItIsOneStatement() {
        assertThat(writes.isOneStatement()).isFalse();
        writes.first(COIN, Tuple.of(1, "a"));
        writes.add(COIN, Tuple.of(2, "b"));
        assertThat(writes.isOneStatement()).isTrue();
        writes.alone(connection -> Future.succeededFuture());
        assertThat(writes.isOneStatement()).isFalse();
    }

    @Test
    void hasNothingToDo() {
        assertThat(writes.send(tx)).matches(Future::succeeded);
    }
}
