package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.testing.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.sqlclient.ClosedConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupReadTest {
    /** Nobody gives up where a test is not about that. */
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final Duration SHORT = Duration.ofSeconds(1);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<List<String>> statements = new CopyOnWriteArrayList<>();
    private final List<Promise<Map<String, Integer>>> running = new CopyOnWriteArrayList<>();
    /** Where each statement was asked for. */
    private final List<@Nullable Context> contexts = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        Eventually.get(vertx.close());
    }

    // Breaks when keys go out while a statement is under way, or when equal keys are read twice.
    @Test
    void gathersWhileAStatementIsUnderWay() {
        GroupRead<String, Integer> reads = reads(10, 100, LONG);
        Future<Optional<Integer>> first = on(() -> reads.find("a"));
        awaitStatements(1);

        Future<List<Optional<Integer>>> later = on(() -> all(reads, "b", "c", "b", "d"));
        answer(0, Map.of("a", 1));
        awaitStatements(2);
        answer(1, Map.of("b", 2, "c", 3));

        assertThat(Eventually.get(first)).contains(1);
        assertThat(Eventually.get(later))
                .containsExactly(Optional.of(2), Optional.of(3), Optional.of(2), Optional.empty());
        assertThat(statements.get(0)).containsExactly("a");
        assertThat(statements.get(1)).containsExactlyInAnyOrder("b", "c", "d");
    }

    @Test
    void asksForNoMoreThanAGroupAtOnce() {
        GroupRead<String, Integer> reads = reads(2, 100, LONG);
        Future<List<Optional<Integer>>> asked = on(() -> all(reads, "a", "b", "c"));
        awaitStatements(1);
        answer(0, Map.of("a", 1, "b", 2));
        awaitStatements(2);
        answer(1, Map.of("c", 3));

        assertThat(Eventually.get(asked)).containsExactly(Optional.of(1), Optional.of(2), Optional.of(3));
        assertThat(statements).extracting(List::size).containsExactly(2, 1);
    }

    @Test
    void refusesWhatIsTooMuchToWait() {
        GroupRead<String, Integer> reads = reads(2, 3, LONG);
        List<Future<Optional<Integer>>> asked = new ArrayList<>();
        Eventually.get(on(() -> {
            List.of("a", "b", "c", "d").forEach(key -> asked.add(reads.find(key)));
            return Future.succeededFuture();
        }));

        assertUnavailable(asked.get(3));
        assertThat(asked.subList(0, 3)).allMatch(each -> !each.isComplete());
    }

    // Breaks when one key that the server refuses takes its neighbours with it.
    @Test
    void letsAKeyThatIsRefusedFailAlone() {
        GroupRead<String, Integer> reads = new GroupRead<>(vertx, new GroupRead.Limits(10, 100, LONG), keys -> {
            if (keys.contains("bad")) {
                throw new IllegalArgumentException("bad");
            }
            Map<String, Integer> found = new HashMap<>();
            keys.forEach(key -> found.put(key, key.length()));
            return Future.succeededFuture(found);
        });
        List<Future<Optional<Integer>>> asked = new ArrayList<>();
        Eventually.get(on(() -> {
            List.of("a", "bad", "ccc").forEach(key -> asked.add(reads.find(key)));
            return Future.join(asked).transform(all -> Future.succeededFuture());
        }));

        assertThat(asked.get(0).result()).contains(1);
        assertThat(asked.get(1).cause()).isInstanceOf(IllegalArgumentException.class);
        assertThat(asked.get(2).result()).contains(3);
    }

    // Breaks when everybody is tried alone although the server is gone, or when nothing is read behind a failure.
    @Test
    void triesNobodyAgainWhenTheServerIsGone() {
        GroupRead<String, Integer> reads = reads(10, 100, LONG);
        Future<List<Optional<Integer>>> lost = on(() -> all(reads, "a", "b"));
        awaitStatements(1);
        fail(0, ClosedConnectionException.INSTANCE);
        assertThat(Eventually.failure(lost)).isInstanceOf(ClosedConnectionException.class);

        Future<Optional<Integer>> next = on(() -> reads.find("c"));
        awaitStatements(2);
        answer(1, Map.of("c", 3));

        assertThat(Eventually.get(next)).contains(3);
        assertThat(statements.get(1)).containsExactly("c");
    }

    // Breaks when those who are left are tried one after the other although the server went meanwhile.
    @Test
    void triesNoneOfThoseWhoAreLeftWhenTheServerGoesWhileEachIsReadAlone() {
        GroupRead<String, Integer> reads = reads(10, 100, LONG);
        List<Future<Optional<Integer>>> asked = new ArrayList<>();
        Future<Void> done = on(() -> {
            List.of("a", "b", "c", "d").forEach(key -> asked.add(reads.find(key)));
            return Future.join(asked).transform(all -> Future.succeededFuture());
        });
        awaitStatements(1);
        fail(0, new IllegalArgumentException("one of them is bad"));
        awaitStatements(2);
        answer(1, Map.of(statements.get(1).getFirst(), 1));
        awaitStatements(3);
        fail(2, ClosedConnectionException.INSTANCE);
        Eventually.get(done);

        Future<Optional<Integer>> next = on(() -> reads.find("e"));
        awaitStatements(4);
        answer(3, Map.of("e", 5));

        assertThat(Eventually.get(next)).contains(5);
        assertThat(statements).extracting(List::size).containsExactly(4, 1, 1, 1);
        assertThat(statements.get(3)).containsExactly("e");
        assertThat(asked.stream().filter(Future::succeeded)).singleElement().satisfies(each -> assertThat(each.result())
                .contains(1));
        assertThat(asked.stream().filter(Future::failed)).hasSize(3).allSatisfy(each -> assertThat(each.cause())
                .isInstanceOf(ClosedConnectionException.class));
    }

    // Breaks when a silent statement stops the reader for ever, or when it goes on in the thread of the timer.
    @Test
    void givesASilentStatementUpAndGoesOnWhereItWasMade() {
        GroupRead<String, Integer> reads = reads(10, 1_000, SHORT);
        Future<Optional<Integer>> lost = on(() -> reads.find("lost"));
        List<Future<Optional<Integer>>> later = new CopyOnWriteArrayList<>();
        // Somebody who came a moment ago always waits, so that the reader goes on by itself when time is up.
        long asking = vertx.setPeriodic(20, turn -> later.add(reads.find("later")));

        assertThat(Eventually.failure(lost)).isInstanceOf(TimeoutException.class);
        awaitStatements(2);
        assertThat(vertx.cancelTimer(asking)).isTrue();
        answer(1, Map.of("later", 2));

        Awaitility.await().until(() -> later.stream().anyMatch(Future::succeeded));
        assertThat(statements.subList(0, 2)).containsExactly(List.of("lost"), List.of("later"));
        assertThat(contexts.getFirst()).isNotNull();
        assertThat(contexts).allMatch(each -> each == contexts.getFirst());
    }

    // Breaks when rows are read for callers who have given up.
    @Test
    void readsNothingForWhoHasWaitedTooLong() {
        GroupRead<String, Integer> reads = reads(1, 100, SHORT);
        List<Future<Optional<Integer>>> asked = new ArrayList<>();
        Eventually.get(on(() -> {
            List.of("slow", "behind").forEach(key -> asked.add(reads.find(key)));
            return Future.join(asked).transform(all -> Future.succeededFuture());
        }));

        Future<Optional<Integer>> next = on(() -> reads.find("next"));
        awaitStatements(2);
        answer(1, Map.of("next", 3));

        assertThat(Eventually.get(next)).contains(3);
        assertThat(asked.getFirst().cause()).isInstanceOf(TimeoutException.class);
        assertUnavailable(asked.getLast());
        assertThat(statements).containsExactly(List.of("slow"), List.of("next"));
    }

    // Breaks when what a caller does with its answer can end the loop that answers everybody.
    @Test
    void isNotStoppedByACallerThatThrows() {
        GroupRead<String, Integer> reads = reads(10, 100, LONG);
        Future<List<Optional<Integer>>> neighbours = on(() -> {
            reads.find("a").onComplete(found -> {
                throw new IllegalStateException("a caller's fault");
            });
            return all(reads, "a", "b");
        });
        awaitStatements(1);
        answer(0, Map.of("a", 1, "b", 2));
        Future<Optional<Integer>> next = on(() -> reads.find("c"));
        awaitStatements(2);
        answer(1, Map.of("c", 3));

        assertThat(Eventually.get(neighbours)).containsExactly(Optional.of(1), Optional.of(2));
        assertThat(Eventually.get(next)).contains(3);
    }

    // Breaks when the reader thinks that it is still busy, or when each statement is asked for inside the one before.
    @Test
    void goesOnWhenAStatementIsCompleteAtOnce() {
        GroupRead<String, Integer> reads = new GroupRead<>(
                vertx,
                new GroupRead.Limits(1, 10_000, LONG),
                keys -> Future.succeededFuture(Map.of(keys.getFirst(), keys.size())));
        assertThat(Eventually.get(on(() -> reads.find("alone")))).contains(1);

        Future<List<Optional<Integer>>> many = on(() ->
                all(reads, IntStream.range(0, 10_000).mapToObj(String::valueOf).toArray(String[]::new)));

        assertThat(Eventually.get(many)).hasSize(10_000).containsOnly(Optional.of(1));
    }

    private GroupRead<String, Integer> reads(int groupMax, int waitingMax, Duration patience) {
        return new GroupRead<>(vertx, new GroupRead.Limits(groupMax, waitingMax, patience), keys -> {
            Promise<Map<String, Integer>> promise = Promise.promise();
            contexts.add(Vertx.currentContext());
            running.add(promise);
            statements.add(keys);
            return promise.future();
        });
    }

    private void awaitStatements(int count) {
        Awaitility.await().until(() -> statements.size() == count);
    }

    private static void assertUnavailable(Future<?> refused) {
        assertThat(refused.cause()).isInstanceOfSatisfying(ProblemException.class, refusal -> assertThat(
                        refusal.problem().code())
                .isEqualTo(Problem.Code.SERVICE_UNAVAILABLE));
    }

    private static Future<List<Optional<Integer>>> all(GroupRead<String, Integer> reads, String... keys) {
        List<Future<Optional<Integer>>> asked = new ArrayList<>();
        for (String key : keys) {
            asked.add(reads.find(key));
        }
        return Future.all(asked).map(done -> done.list());
    }

    private void answer(int statement, Map<String, Integer> found) {
        vertx.runOnContext(turn -> running.get(statement).complete(found));
    }

    private void fail(int statement, Throwable failure) {
        vertx.runOnContext(turn -> running.get(statement).fail(failure));
    }

    private <T> Future<T> on(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        vertx.runOnContext(turn -> work.get().onComplete(done));
        return done.future();
    }
}
