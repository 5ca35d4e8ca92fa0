package dev.merit.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads refusals. */
public final class Refusals {
    private Refusals() {}

    /** The problem that a request must be answered with. */
    public static Problem of(Future<?> future) {
        return of(Eventually.failure(future));
    }

    public static Problem of(Throwable failure) {
        assertThat(failure).isInstanceOf(ProblemException.class);
        return ((ProblemException) failure).problem();
    }

    /** The fields that a VALIDATION_FAILED names. */
    public static Set<String> badFields(Problem problem) {
        assertThat(problem.code()).isEqualTo(Problem.Code.VALIDATION_FAILED);
        var fields = new TreeSet<String>();
        if (problem.details().get("errors") instanceof Map<?, ?> errors) {
            errors.keySet().forEach(field -> fields.add(String.valueOf(field)));
        }
        return fields;
    }
}
