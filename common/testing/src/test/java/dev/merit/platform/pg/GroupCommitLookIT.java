package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.ProblemException;
import dev.merit.platform.pg.GroupCommit.Options;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that are written without locks, and when they are not. */
class GroupCommitLookIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Database database = POSTGRES.open(vertx);
    private final ItemWork work = ItemWork.looking();
    private final GroupCommit<Item, Set<Integer>, String> commit = now(() -> new GroupCommit<>(
            vertx,
            database,
            new SimpleMeterRegistry(),
            new Options("lab", 1, 100, 10_000, Duration.ofSeconds(30), Duration.ofSeconds(10)),
            work));

    @BeforeAll
    static void makeTables() {
        POSTGRES.execute("""
                CREATE SCHEMA lab;
                CREATE TABLE lab.item (id int PRIMARY KEY, kind text CHECK (kind <> 'POISONOUS'), written bigint
                    DEFAULT txid_current());
                CREATE TABLE lab.log (items int);
                CREATE FUNCTION lab.at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NEW.kind = 'LATE' THEN PERFORM pg_sleep(1.5); END IF;
                    RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON lab.item DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION lab.at_commit();
                GRANT USAGE ON SCHEMA lab TO merit_app;
                GRANT SELECT, INSERT ON lab.item, lab.log TO merit_app;
                """);
    }

    @BeforeEach
    void emptyTables() {
        POSTGRES.execute("TRUNCATE lab.item, lab.log");
    }

    @AfterEach
    void close() {
        Eventually.get(database.close());
        Eventually.get(vertx.close());
    }

    @Test
    void writesABatchWithoutLocks() {
        assertThat(answers(submit(goods(1, 3)))).containsExactly("new", "new", "new");

        assertThat(stored()).containsExactly("1", "2", "3");
        assertThat(POSTGRES.count("SELECT count(DISTINCT written) FROM lab.item"))
                .isEqualTo(1);
        assertThat(work.looks).containsExactly(3);
        assertThat(work.tries).isEmpty();
    }

    @Test
    void answersRepeatsWithoutWriting() {
        assertThat(answers(submit(goods(1, 3)))).containsOnly("new");

        assertThat(answers(submit(goods(1, 3)))).containsExactly("old", "old", "old");
        assertThat(work.looks).containsExactly(3, 3);
        assertThat(work.tries).isEmpty();
    }

    // What was seen without locks is enough to accept, as a unique key stands behind it, but not to refuse.
    @Test
    void refusesOnlyUnderLocks() {
        var futures = submit(List.of(Item.good(1), new Item(2, Item.Kind.REFUSED), Item.good(3)));

        assertThat(Eventually.get(futures.get(0))).isEqualTo("new");
        assertThat(Eventually.failure(futures.get(1))).isInstanceOf(ProblemException.class);
        assertThat(Eventually.get(futures.get(2))).isEqualTo("new");
        assertThat(work.tries).containsExactly(3);
        assertThat(stored()).containsExactly("1", "3");
        // What takes locks anyway is looked at less often: one batch without a look, then one with.
        assertThat(answers(submit(goods(4, 4)))).containsOnly("new");
        assertThat(answers(submit(goods(5, 5)))).containsOnly("new");
        assertThat(work.looks).containsExactly(3, 1);
        assertThat(work.tries).containsExactly(3, 1);
    }

    // Breaks when only the refusal of a whole command counts: a batch of purchases is accepted with refused items in
    // it.
    @Test
    void takesLocksForWhatNoKeyGuards() {
        assertThat(answers(submit(List.of(new Item(1, Item.Kind.PARTLY_REFUSED)))))
                .containsExactly("new");

        assertThat(work.looks).containsExactly(1);
        assertThat(work.tries).containsExactly(1);
        assertThat(stored()).containsExactly("1");
    }

    // Another node wrote the same row: decided again behind its commit, and for a while nothing is tried without locks.
    @Test
    void takesLocksWhenANeighbourWasFirst() throws SQLException {
        try (Connection neighbour = POSTGRES.connection()) {
            neighbour.setAutoCommit(false);
            neighbour.createStatement().execute("INSERT INTO lab.item (id, kind) VALUES (2, 'GOOD')");

            var futures = submit(goods(1, 3));
            await(() -> POSTGRES.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == 1);
            neighbour.commit();

            assertThat(answers(futures)).containsExactly("new", "old", "new");
        }
        assertThat(stored()).containsExactly("1", "2", "3");
        assertThat(work.tries).containsExactly(3);

        assertThat(answers(submit(goods(4, 5)))).containsOnly("new");
        assertThat(work.looks).containsExactly(3);
        assertThat(work.tries).containsExactly(3, 2);

        var next = new AtomicInteger(6);
        await(() -> {
            assertThat(answers(submit(List.of(Item.good(next.getAndIncrement())))))
                    .containsOnly("new");
            return work.looks.size() == 2;
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"UNLOADABLE", "UNDECIDABLE", "POISONOUS", "FORGOTTEN", "THROWING"})
    void failsAPoisonousCommandAlone(Item.Kind kind) {
        var futures = submit(List.of(Item.good(1), new Item(2, kind), Item.good(3)));

        assertThat(Eventually.get(futures.get(0))).isEqualTo("new");
        boolean breaksOnlyUnderLocks = kind == Item.Kind.UNLOADABLE || kind == Item.Kind.THROWING;
        if (breaksOnlyUnderLocks) {
            assertThat(Eventually.get(futures.get(1))).isEqualTo("new");
        } else {
            assertThat(Eventually.failure(futures.get(1))).isNotInstanceOf(ProblemException.class);
        }
        assertThat(Eventually.get(futures.get(2))).isEqualTo("new");
        assertThat(stored()).contains("1", "3").hasSize(breaksOnlyUnderLocks ? 3 : 2);
    }

    // Two statements without a transaction around them could be parted by a crash.
    @Test
    void writesWhatIsMoreThanOneStatementInATransaction() {
        assertThat(answers(submit(List.of(new Item(1, Item.Kind.LOGGED))))).containsExactly("new");

        assertThat(work.looks).containsExactly(1);
        assertThat(work.tries).containsExactly(1);
        assertThat(POSTGRES.count("SELECT sum(items) FROM lab.log")).isEqualTo(1);
    }

    @Test
    void acknowledgesNothingBeforeItIsDurable() {
        var future = submit(List.of(new Item(1, Item.Kind.LATE))).getFirst();

        await(() -> POSTGRES.count(WRITING) == 1);
        assertThat(future.isComplete()).isFalse();
        assertThat(stored()).isEmpty();
        assertThat(answers(List.of(future))).containsExactly("new");
        assertThat(stored()).containsExactly("1");
    }

    // Whether it was written is not known: its caller must not be told that it was.
    @Test
    void failsWhenTheConnectionIsLostAndRecovers() {
        var future = submit(List.of(new Item(1, Item.Kind.LATE))).getFirst();
        await(() -> POSTGRES.count(WRITING) == 1);
        var unused = POSTGRES.query("SELECT pg_terminate_backend(pid) " + WRITING.substring(WRITING.indexOf("FROM")));

        assertThat(Eventually.failure(future)).isNotNull();
        assertThat(answers(submit(goods(2, 2)))).containsExactly("new");
        assertThat(stored()).containsExactly("2");
    }

    private static final String WRITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'merit'"
            + " AND query LIKE 'INSERT INTO lab.item%' AND state = 'active'";

    private static List<Item> goods(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Item::good).toList();
    }

    /** Submits all in one turn of the event loop. */
    private List<Future<String>> submit(List<Item> items) {
        return now(() ->
                items.stream().map(item -> commit.submit(0, item.id(), item)).toList());
    }

    private static List<String> answers(List<Future<String>> futures) {
        return futures.stream().map(Eventually::get).toList();
    }

    private static List<String> stored() {
        return POSTGRES.query("SELECT id FROM lab.item ORDER BY id");
    }

    private <T> T now(Supplier<T> making) {
        Promise<T> done = Promise.promise();
        context.runOnContext(turn -> done.complete(making.get()));
        return Eventually.get(done.future());
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }
}
