package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.platform.pg.GroupCommit.Options;
import dev.merit.testing.Eventually;
import dev.merit.testing.PostgresFixture;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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

class GroupCommitIT {
    @RegisterExtension
    static final PostgresFixture POSTGRES = PostgresFixture.migrated();

    private static final Options ROOMY = new Options("lab", 1, 100, 10_000, Duration.ofSeconds(30));

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Database database = POSTGRES.open(vertx);
    private final ItemWork work = ItemWork.locking();

    @BeforeAll
    static void makeTables() {
        POSTGRES.execute("""
                CREATE SCHEMA lab;
                CREATE TABLE lab.item (
                    place bigint GENERATED ALWAYS AS IDENTITY,
                    id    int PRIMARY KEY,
                    kind  text CHECK (kind <> 'POISONOUS'));
                CREATE TABLE lab.log (items int);
                CREATE TABLE lab.gate (open boolean);
                CREATE FUNCTION lab.at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF NEW.kind = 'LATE' THEN PERFORM pg_sleep(0.5); END IF;
                    IF NEW.kind = 'LATE_POISONOUS' THEN RAISE EXCEPTION 'not after all'; END IF;
                    RETURN NULL;
                END $$;
                CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON lab.item DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION lab.at_commit();
                GRANT USAGE ON SCHEMA lab TO merit_app;
                GRANT SELECT, INSERT ON lab.item, lab.log TO merit_app;
                GRANT UPDATE ON lab.gate TO merit_app;
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
    void writesTheCommandsOfALaneInOrderOfArrival() {
        var commit = groupCommit(ROOMY);

        all(submit(commit, goods(1, 500)));

        assertThat(POSTGRES.query("SELECT id FROM lab.item ORDER BY place"))
                .isEqualTo(
                        IntStream.rangeClosed(1, 500).mapToObj(String::valueOf).toList());
    }

    // Fails when commands are written one by one, or when a lone one waits for company.
    @Test
    void gathersTheNextBatchWhileOneIsBeingWritten() {
        var commit = groupCommit(ROOMY);

        List<Future<String>> first = submit(commit, List.of(new Item(1, Item.Kind.SLOW)));
        await(() -> work.tries.size() == 1);
        List<Future<String>> second = submit(commit, goods(2, 31));
        List<Future<String>> third = submit(commit, goods(32, 51));
        all(first);
        all(second);
        all(third);

        assertThat(work.tries).containsExactly(1, 50);
    }

    // Fails when the next batch begins with the first of those who ask again. On a machine that stands still for longer
    // than the pause some begin so, too.
    @Test
    void waitsAMomentBehindSeveralForThoseWhoAskAgain() {
        var commit = groupCommit(ROOMY);
        int rounds = 20;
        for (int round = 0; round < rounds; round++) {
            int id = 20 * round;
            all(Eventually.get(onContext(() -> Future.all(five(commit, id)).compose(answered -> {
                List<Future<String>> again = new ArrayList<>(List.of(commit.submit(0, id + 6, Item.good(id + 6))));
                return vertx.timer(1, TimeUnit.MILLISECONDS).map(later -> {
                    again.addAll(five(commit, id + 10));
                    return again;
                });
            }))));
        }

        assertThat(work.tries).filteredOn(size -> size == 6).hasSizeGreaterThan(rounds / 2);
    }

    private static List<Future<String>> five(GroupCommit<Item, Set<Integer>, String> commit, int before) {
        return goods(before + 1, before + 5).stream()
                .map(item -> commit.submit(0, item.id(), item))
                .toList();
    }

    @Test
    void neverWritesMoreThanABatchMayHold() {
        all(submit(groupCommit(ROOMY), goods(1, 250)));

        assertThat(work.tries).containsExactly(100, 100, 50);
    }

    @Test
    void refusesOnlyTheOneThatIsRefused() {
        var futures = submit(groupCommit(ROOMY), List.of(Item.good(1), new Item(2, Item.Kind.REFUSED), Item.good(3)));

        assertThat(Eventually.get(futures.get(0))).isEqualTo("new");
        assertThat(problemOf(futures.get(1))).isEqualTo(Problem.Code.NOT_FOUND);
        assertThat(Eventually.get(futures.get(2))).isEqualTo("new");
        assertThat(stored()).containsExactly("1", "3");
        assertThat(work.tries).containsExactly(3);
    }

    @Test
    void writesNothingWhenAllAreRefused() {
        var commit = groupCommit(ROOMY);

        assertThat(problemOf(
                        submit(commit, List.of(new Item(1, Item.Kind.REFUSED))).getFirst()))
                .isEqualTo(Problem.Code.NOT_FOUND);
        all(submit(commit, goods(2, 2)));
        assertThat(stored()).containsExactly("2");
    }

    // One broken command must not take its neighbours down, wherever it breaks; and it must never be acknowledged:
    // the COMMIT behind a failed statement "succeeds".
    @ParameterizedTest
    @EnumSource(names = {"UNLOADABLE", "THROWING", "UNDECIDABLE", "POISONOUS", "LATE_POISONOUS", "FORGOTTEN"})
    void failsAPoisonousCommandAlone(Item.Kind kind) {
        var commit = groupCommit(ROOMY);

        var futures = submit(commit, List.of(Item.good(1), new Item(2, kind), Item.good(3)));

        assertThat(Eventually.get(futures.get(0))).isEqualTo("new");
        assertThat(Eventually.failure(futures.get(1))).isNotInstanceOf(ProblemException.class);
        assertThat(Eventually.get(futures.get(2))).isEqualTo("new");
        all(submit(commit, goods(4, 4)));
        assertThat(stored()).containsExactly("1", "3", "4");
    }

    // Whoever is told "done" may pull the plug at once.
    @Test
    void acknowledgesNothingBeforeTheCommitHasReturned() {
        var future =
                submit(groupCommit(ROOMY), List.of(new Item(1, Item.Kind.LATE))).getFirst();

        await(() -> POSTGRES.count("SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND state = 'active'")
                == 1);
        assertThat(future.isComplete()).isFalse();
        assertThat(stored()).isEmpty();
        assertThat(Eventually.get(future)).isEqualTo("new");
        assertThat(stored()).containsExactly("1");
    }

    // Another node was first: the batch begins anew and finds what that one has written.
    @Test
    void beginsAnewWhenANeighbourWasFirst() throws SQLException {
        var commit = groupCommit(ROOMY);
        try (Connection neighbour = POSTGRES.connection()) {
            neighbour.setAutoCommit(false);
            neighbour.createStatement().execute("INSERT INTO lab.item (id, kind) VALUES (2, 'GOOD')");

            var futures = submit(commit, goods(1, 3));
            await(() -> POSTGRES.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == 1);
            neighbour.commit();

            assertThat(futures.stream().map(Eventually::get)).containsExactly("new", "old", "new");
        }
        assertThat(stored()).containsExactly("1", "2", "3");
        assertThat(work.tries).containsExactly(3, 3);
    }

    @Test
    void isUnavailableWhenTheConnectionIsLostAndRecovers() {
        var commit = groupCommit(ROOMY);
        all(submit(commit, goods(1, 1)));

        var lost = submit(commit, List.of(new Item(2, Item.Kind.SLOW), Item.good(3)));
        await(() -> terminated() == 1);

        for (Future<String> each : lost) {
            assertThat(Eventually.failure(each)).matches(PgProblems::isTrouble);
        }
        assertThat(Eventually.get(submit(commit, goods(4, 4)).getFirst())).isEqualTo("new");
        assertThat(stored()).containsExactly("1", "4");
    }

    @Test
    void refusesWhenTheQueueIsFull() {
        var commit = groupCommit(new Options("lab", 1, 100, 5, Duration.ofSeconds(30)));
        var first = submit(commit, List.of(new Item(1, Item.Kind.SLOW)));
        await(() -> work.tries.size() == 1);

        var behind = submit(commit, goods(2, 7));

        assertThat(problemOf(behind.get(5))).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        all(first);
        all(behind.subList(0, 5));
        assertThat(stored()).containsExactly("1", "2", "3", "4", "5", "6");
    }

    // Their callers have given up: what is done now would surprise them.
    @Test
    void doesNotBeginWhatHasWaitedTooLong() {
        var commit = groupCommit(new Options("lab", 1, 100, 100, Duration.ofMillis(200)));
        var first = submit(commit, List.of(new Item(1, Item.Kind.SLOW)));
        await(() -> work.tries.size() == 1);

        var behind = submit(commit, goods(2, 2)).getFirst();

        all(first);
        assertThat(problemOf(behind)).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        assertThat(stored()).containsExactly("1");
    }

    // The same when a whole batch failed slowly and its commands are tried one by one.
    @Test
    void doesNotRetryWhatHasWaitedTooLong() {
        var commit = groupCommit(new Options("lab", 1, 100, 100, Duration.ofMillis(400)));

        var futures = submit(commit, List.of(new Item(1, Item.Kind.SLOW), new Item(2, Item.Kind.POISONOUS)));

        assertThat(problemOf(futures.get(0))).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        assertThat(problemOf(futures.get(1))).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        assertThat(stored()).isEmpty();
    }

    @Test
    void finishesWhatIsQueuedBeforeItCloses() {
        var commit = groupCommit(new Options("lab", 2, 3, 100, Duration.ofSeconds(30)));
        List<Future<String>> queued = new ArrayList<>(submit(commit, List.of(new Item(1, Item.Kind.SLOW))));
        queued.addAll(submit(commit, goods(2, 20)));

        Future<Void> closed = onContext(commit::close);
        Future<Void> again = onContext(commit::close);

        all(queued);
        Eventually.get(closed);
        Eventually.get(again);
        assertThat(stored()).hasSize(20);
        assertThat(problemOf(submit(commit, goods(21, 21)).getFirst())).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        assertThat(POSTGRES.count("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'merit'"))
                .isZero();
    }

    // The client refuses a parameter and sends nothing, so the server would commit the other writes.
    @Test
    void commitsNothingWhenAWriteIsNotSent() {
        var commit = groupCommit(ROOMY);
        all(submit(commit, goods(1, 1)));

        var future = submit(commit, List.of(new Item(2, Item.Kind.UNSENDABLE))).getFirst();

        assertThat(Eventually.failure(future))
                .isNotInstanceOf(PgException.class)
                .matches(bug -> !PgProblems.isTrouble(bug));
        assertThat(stored()).containsExactly("1");
    }

    // On a fresh connection the client finds out too late. Then at least nothing is done a second time.
    @Test
    void neverRepeatsWhatWasPartlyWritten() {
        var commit = groupCommit(ROOMY);

        var futures = submit(commit, List.of(Item.good(1), new Item(2, Item.Kind.UNSENDABLE)));

        futures.forEach(each -> assertThat(Eventually.failure(each)).hasMessageContaining("not sent"));
        assertThat(work.tries).containsExactly(2);
    }

    // What a caller does with its answer is its own affair: it must not make the batch run twice.
    @Test
    void survivesACallerThatThrows() {
        var commit = groupCommit(ROOMY);
        Future<String> thrown =
                onContext(() -> commit.submit(0, 1, Item.good(1)).onSuccess(answer -> {
                    throw new IllegalStateException("the caller's fault");
                }));

        assertThat(Eventually.get(thrown)).isEqualTo("new");
        all(submit(commit, goods(2, 2)));
        assertThat(stored()).containsExactly("1", "2");
        assertThat(POSTGRES.count("SELECT count(*) FROM lab.log")).isEqualTo(2);
    }

    // One row that somebody keeps locked must not stop the lane that its subject shares with others.
    @Test
    void letsOthersPassASubjectWhoseRowsAreLocked() throws Exception {
        var commit = groupCommit(new Options("lab", 1, 100, 100, Duration.ofSeconds(30)));
        all(submit(commit, goods(1, 1)));
        try (var somebody = POSTGRES.connection();
                var statement = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            var unused = statement.execute("LOCK TABLE lab.gate IN ACCESS EXCLUSIVE MODE");
            var locked = submit(commit, List.of(new Item(2, Item.Kind.GATED)));
            var others = submit(commit, goods(3, 10));

            all(others);
            assertThat(locked.getFirst().isComplete()).isFalse();
            // Known by now: it does not even make the others wait once more.
            int before = work.tries.size();
            var lockedAgain = now(() -> commit.submit(0, 2, new Item(11, Item.Kind.GATED)));
            all(submit(commit, goods(12, 20)));
            assertThat(work.tries.size() - before).isLessThanOrEqualTo(3);

            somebody.commit();
            all(locked);
            all(List.of(lockedAgain));
        }
    }

    // It is not waited for without end either.
    @Test
    void givesUpALockedSubjectInTheEnd() throws Exception {
        var commit = groupCommit(new Options("lab", 1, 100, 100, Duration.ofSeconds(30)));
        try (var somebody = POSTGRES.connection();
                var statement = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            var unused = statement.execute("LOCK TABLE lab.gate IN ACCESS EXCLUSIVE MODE");

            var locked = submit(commit, List.of(new Item(1, Item.Kind.GATED))).getFirst();

            assertThat(Eventually.failure(locked)).matches(PgProblems::isLockTimeout);
            somebody.rollback();
        }
        assertThat(stored()).isEmpty();
    }

    // Two lanes, and rows in common: the second begins when the first is answered, and those behind it pass.
    @Test
    void beginsWhatHasRowsInCommonOneAfterAnother() {
        var commit = groupCommit(new Options("lab", 2, 1, 10, Duration.ofSeconds(30)));

        var first = across(commit, new Item(1, Item.Kind.SLOW), 1, 2);
        var second = across(commit, Item.good(2), 2, 3);
        var third = across(commit, Item.good(3), 4);

        assertThat(now(commit::waiting)).isEqualTo(1);
        all(List.of(third));
        assertThat(first.isComplete()).isFalse();
        assertThat(stored()).containsExactly("3");
        all(List.of(first, second));
        assertThat(POSTGRES.query("SELECT id FROM lab.item ORDER BY place")).containsExactly("3", "1", "2");
    }

    // Breaks when waiting for another's rows does not count as waiting, or is not finished before the lanes close.
    @Test
    void countsTheWaitForRowsAndFinishesItBeforeItCloses() {
        var commit = groupCommit(new Options("lab", 2, 1, 10, Duration.ofMillis(300)));
        var first = across(commit, new Item(1, Item.Kind.SLOW), 1);
        var late = across(commit, Item.good(2), 1);
        await(() -> work.tries.size() == 1);

        Future<Void> closed = onContext(commit::close);

        assertThat(problemOf(across(commit, Item.good(3), 9))).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        all(List.of(first));
        assertThat(problemOf(late)).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        Eventually.get(closed);
        assertThat(stored()).containsExactly("1");
    }

    // Breaks when whoever comes as another is answered counts the lane that has answered as busy, and goes behind a
    // slow one.
    @Test
    void givesWhatIsNextToTheLaneThatHasAnswered() {
        var commit = groupCommit(new Options("lab", 2, 1, 10, Duration.ofSeconds(30)));
        var slow = across(commit, new Item(1, Item.Kind.SLOW), 1);
        var quick = across(commit, Item.good(2), 2);
        var next = across(commit, Item.good(3), 2);

        all(List.of(quick, next));

        assertThat(slow.isComplete()).isFalse();
        all(List.of(slow));
    }

    private Future<String> across(GroupCommit<Item, Set<Integer>, String> commit, Item item, Integer... rows) {
        return onContext(() -> commit.submitAcross(item.id(), Set.of(rows), item));
    }

    private GroupCommit<Item, Set<Integer>, String> groupCommit(Options options) {
        return now(() -> new GroupCommit<>(vertx, database, new SimpleMeterRegistry(), options, work));
    }

    private static List<Item> goods(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Item::good).toList();
    }

    /** Submits all in one turn of the event loop. */
    private List<Future<String>> submit(GroupCommit<Item, Set<Integer>, String> commit, List<Item> items) {
        return now(() ->
                items.stream().map(item -> commit.submit(0, item.id(), item)).toList());
    }

    private <T> T now(Supplier<T> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(turn -> done.complete(work.get()));
        return Eventually.get(done.future());
    }

    private <T> Future<T> onContext(Supplier<Future<T>> work) {
        return now(work);
    }

    private static void all(List<Future<String>> futures) {
        futures.forEach(each -> assertThat(Eventually.get(each)).isEqualTo("new"));
    }

    private static List<String> stored() {
        return POSTGRES.query("SELECT id FROM lab.item ORDER BY id");
    }

    private static long terminated() {
        return POSTGRES.count("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE application_name = 'merit' AND query LIKE '%pg_sleep%' AND state = 'active'");
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(10))
                .until(condition);
    }

    private static Problem.Code problemOf(Future<?> failing) {
        Throwable failure = Eventually.failure(failing);
        assertThat(failure).isInstanceOf(ProblemException.class);
        return ((ProblemException) failure).problem().code();
    }
}
