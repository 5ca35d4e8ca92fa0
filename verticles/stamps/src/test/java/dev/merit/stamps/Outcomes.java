package dev.merit.stamps;

import static dev.merit.testing.Eventually.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What became of commands: their answers, or why they were refused. */
final class Outcomes {
    private static final int SECONDS = 30;

    private Outcomes() {}

    /** Sends commands at once, and waits for all. */
    static List<Object> together(int callers, IntFunction<Future<? extends Done<?>>> command) {
        List<Future<Object>> sent = IntStream.range(0, callers)
                .mapToObj(node -> command.apply(node).transform(done -> Future.succeededFuture(outcome(done))))
                .toList();
        return sent.stream().map(each -> get(each)).toList();
    }

    /** Waits for something that happens by itself. */
    static void await(BooleanSupplier happened) {
        long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
        while (!happened.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("it has not happened in %d s", SECONDS)
                    .isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    private static Object outcome(AsyncResult<? extends Done<?>> done) {
        if (done.succeeded()) {
            return done.result().body();
        }
        if (done.cause() instanceof ProblemException refusal) {
            return refusal.problem();
        }
        throw new AssertionError(done.cause());
    }

    static Problem refusal(Future<?> command) {
        Object outcome = get(command.<Object>map(Objects::requireNonNull)
                .otherwise(failure -> ((ProblemException) failure).problem()));
        assertThat(outcome).isInstanceOf(Problem.class);
        return (Problem) outcome;
    }
}
