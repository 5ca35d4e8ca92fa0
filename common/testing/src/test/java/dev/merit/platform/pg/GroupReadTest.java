package dev.merit.platform.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.sqlclient.ClosedConnectionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupReadTest {
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<List<String>> statements = new CopyOnWriteArrayList<>();
    private final List<Promise<Map<String, Integer>>> running = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        Eventually.get(vertx.close());
    }

    // Breaks when keys go out while a statement is under way, or when equal keys are read twice.
    @Test
    void gathersWhileAStatementIsUnderWay() {
        GroupRead<String, Integer> reads = reads(10, 100);
        Future<Optional<Integer>> first = on(() -> reads.find("a"));
        Awaitility.await().until(() -> statements.size() == 1);

        Future<List<Optional<Integer>>> later = on(() -> all(reads, "b", "c", "b", "d"));
        answer(0, Map.of("a", 1));
        Awaitility.await().until(() -> statements.size() == 2);
        answer(1, Map.of("b", 2, "c", 3));

        assertThat(Eventually.get(first)).contains(1);
        assertThat(Eventually.get(later))
                .containsExactly(Optional.of(2), Optional.of(3), Optional.of(2), Optional.empty());
        assertThat(statements.get(0)).containsExactly("a");
        assertThat(statements.get(1)).containsExactlyInAnyOrder("b", "c", "d");
    }

    @Test
    void asksForNoMoreThanAGroupAtOnce() {
        GroupRead<String, Integer> reads = reads(2, 100);
        Future<List<Optional<Integer>>> asked = on(() -> all(reads, "a", "b", "c"));
        Awaitility.await().until(() -> statements.size() == 1);
        answer(0, Map.of("a", 1, "b", 2));
        Awaitility.await().until(() -> statements.size() == 2);
        answer(1, Map.of("c", 3));

        assertThat(Eventually.get(asked)).containsExactly(Optional.of(1), Optional.of(2), Optional.of(3));
        assertThat(statements).extracting(List::size).containsExactly(2, 1);
    }

    @Test
    void refusesWhatIsTooMuchToWait() {
        GroupRead<String, Integer> reads = reads(2, 3);
        List<Future<Optional<Integer>>> asked = new ArrayList<>();
        Eventually.get(on(() -> {
            List.of("a", "b", "c", "d").forEach(key -> asked.add(reads.find(key)));
            return Future.succeededFuture();
        }));

        assertThat(asked.get(3).cause()).isInstanceOfSatisfying(ProblemException.class, refusal -> assertThat(
                        refusal.problem().code())
                .isEqualTo(Problem.Code.SERVICE_UNAVAILABLE));
        assertThat(asked.subList(0, 3)).allMatch(each -> !each.isComplete());
    }

    // Breaks when one key that the server refuses takes its neighbours with it.
    @Test
    void letsAKeyThatIsRefusedFailAlone() {
        GroupRead<String, Integer> reads = new GroupRead<>(vertx, new GroupRead.Limits(10, 100), keys -> {
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
        GroupRead<String, Integer> reads = reads(10, 100);
        Future<List<Optional<Integer>>> lost = on(() -> all(reads, "a", "b"));
        Awaitility.await().until(() -> statements.size() == 1);
        fail(0, ClosedConnectionException.INSTANCE);
        assertThat(Eventually.failure(lost)).isInstanceOf(ClosedConnectionException.class);

        Future<Optional<Integer>> next = on(() -> reads.find("c"));
        Awaitility.await().until(() -> statements.size() == 2);
        answer(1, Map.of("c", 3));

        assertThat(Eventually.get(next)).contains(3);
        assertThat(statements.get(1)).containsExactly("c");
    }

    private GroupRead<String, Integer> reads(int groupMax, int waitingMax) {
        return new GroupRead<>(vertx, new GroupRead.Limits(groupMax, waitingMax), keys -> {
            Promise<Map<String, Integer>> promise = Promise.promise();
            running.add(promise);
            statements.add(keys);
            return promise.future();
        });
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
