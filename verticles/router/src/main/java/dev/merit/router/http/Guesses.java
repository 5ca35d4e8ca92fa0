package dev.merit.router.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.KeyId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often one key may ask for codes, members and cards that are not there, so that nobody finds them by
 * trying. It holds for operations that the document marks with {@code x-guessable}, and for those only: right or wrong,
 * a key that has used up its wrong guesses gets no answer from them until its minute is over.
 */
final class Guesses {
    /** What can be guessed is named by these fields; everything else is named by random ids. */
    private static final Set<String> FIELDS = Set.of("member_identifier", "code", "identifier");

    private final Windows<KeyId> windows;
    private final int limit;
    private final Counter wrong;
    private final Counter refused;

    Guesses(Windows<KeyId> windows, int limit, MeterRegistry meters) {
        this.windows = windows;
        this.limit = limit;
        this.wrong = counter(meters, "wrong");
        this.refused = counter(meters, "refused");
    }

    /** Answers, unless the key has guessed wrong too often; counts wrong guesses, and does not tell one too many. */
    Future<Reply> watch(KeyId key, HttpServerResponse response, Supplier<Future<Reply>> answer) {
        Windows.Count before = windows.look(key, limit);
        return before.remaining() == 0
                ? refuse(response, before)
                : answer.get().transform(told -> counted(key, response, told));
    }

    private Future<Reply> counted(KeyId key, HttpServerResponse response, AsyncResult<Reply> told) {
        Reply.Wrong guessed = told.succeeded() ? told.result().wrong() : wrongIn(told.cause());
        if (guessed != null) {
            wrong.increment(guessed.guesses());
            Windows.Count count = windows.take(key, limit, guessed.guesses());
            if (count.isExceeded() && !guessed.acted()) {
                return refuse(response, count);
            }
        }
        return told.succeeded() ? Future.succeededFuture(told.result()) : Future.failedFuture(told.cause());
    }

    private Future<Reply> refuse(HttpServerResponse response, Windows.Count count) {
        refused.increment();
        response.putHeader("Retry-After", Long.toString(count.retryAfterSeconds()));
        return Future.failedFuture(Problem.of(
                        Problem.Code.RATE_LIMITED,
                        "This key asked for too many codes, members or cards that are not there.")
                .asException());
    }

    private static Reply.@Nullable Wrong wrongIn(Throwable failure) {
        if (!(failure instanceof ProblemException refusal)) {
            return null;
        }
        Problem problem = refusal.problem();
        int wrong = problem.details().get("items") instanceof JsonNode items
                ? wrongIn(items)
                : isWrong(problem.code().name(), problem.details().get("field")) ? 1 : 0;
        return wrong == 0 ? null : new Reply.Wrong(wrong, false);
    }

    /** How many items of a batch name something that is not there. */
    static int wrongIn(JsonNode items) {
        int wrong = 0;
        for (JsonNode item : items) {
            JsonNode error = item.path("error");
            if (isWrong(
                    error.path("code").asText(),
                    error.path("details").path("field").textValue())) {
                wrong++;
            }
        }
        return wrong;
    }

    private static boolean isWrong(String code, @Nullable Object field) {
        return code.equals(Problem.Code.NOT_FOUND.name()) && field instanceof String name && FIELDS.contains(name);
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("merit.http.guesses")
                .description(
                        "Codes and members asked for that are not there, and requests refused for too many of them.")
                .tag("outcome", outcome)
                .register(meters);
    }
}
