package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.platform.pg.Reads.Part;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReadsIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Part NUMBERS = Part.of(
            "SELECT n, n * $2::bigint AS product, pg_current_xact_id()::text AS tx FROM unnest($1::bigint[]) AS t (n)",
            "n bigint, product bigint, tx text");
    private static final Part WORDS = Part.of(
            "SELECT word, length(word)::bigint AS n, pg_current_xact_id()::text AS tx FROM unnest($1::text[]) AS t (word)",
            "word text, n bigint, tx text");
    private static final Part BROKEN = Part.of("SELECT 1 / $1::bigint AS n", "n bigint");

    private final Vertx vertx = Vertx.vertx();
    private final Database database = POSTGRES.open(vertx);
    private final Reads reads = new Reads();

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    // Without a transaction each statement has one of its own: equal ones tell that there was one statement.
    @Test
    void givesEachPartItsOwnRowsFromOneStatement() {
        Future<List<Row>> numbers = reads.add(NUMBERS, Tuple.of(new Long[] {2L, 3L}, 10L), rows -> rows);
        Future<List<Row>> words = reads.add(WORDS, Tuple.of((Object) new String[] {"a", "bb", "ccc"}), rows -> rows);
        Future<List<Row>> none = reads.add(WORDS, Tuple.of((Object) new String[0]), rows -> rows);
        Eventually.get(reads.send(database.pool()));

        assertThat(numbers.result()).extracting(row -> row.getLong("product")).containsExactlyInAnyOrder(20L, 30L);
        assertThat(words.result())
                .extracting(row -> row.getString("word") + row.getLong("n"))
                .containsExactlyInAnyOrder("a1", "bb2", "ccc3");
        assertThat(none.result()).isEmpty();
        assertThat(numbers.result().getFirst().getString("tx"))
                .isEqualTo(words.result().getFirst().getString("tx"));
    }

    @Test
    void failsAllPartsTogether() {
        Future<List<Row>> numbers = reads.add(NUMBERS, Tuple.of(new Long[] {2L}, 10L), rows -> rows);
        Future<List<Row>> broken = reads.add(BROKEN, Tuple.of(0L), rows -> rows);

        assertThat(Eventually.failure(reads.send(database.pool()))).isInstanceOf(PgException.class);
        assertThat(numbers.cause()).isInstanceOf(PgException.class);
        assertThat(broken.cause()).isInstanceOf(PgException.class);
    }

    @Test
    void failsAPartThatCannotBeReadAlone() {
        Future<Long> bad = reads.add(NUMBERS, Tuple.of(new Long[] {2L}, 10L), rows -> {
            throw new IllegalStateException("unreadable");
        });
        Future<Integer> good = reads.add(WORDS, Tuple.of((Object) new String[] {"a"}), List::size);
        Eventually.get(reads.send(database.pool()));

        assertThat(bad.cause()).hasMessage("unreadable");
        assertThat(good.result()).isEqualTo(1);
    }

    @Test
    void refusesAColumnOfTwoTypes() {
        var numbers = reads.add(NUMBERS, Tuple.of(new Long[] {2L}, 10L), rows -> rows);
        var other = reads.add(Part.of("SELECT 'x' AS n", "n text"), Tuple.tuple(), rows -> rows);

        assertThatThrownBy(() -> reads.send(database.pool())).hasMessageContaining("column n of two types");
        assertThat(List.of(numbers, other)).noneMatch(Future::isComplete);
    }

    @Test
    void hasNothingToDo() {
        assertThat(reads.send(database.pool())).matches(Future::succeeded);
    }
}
