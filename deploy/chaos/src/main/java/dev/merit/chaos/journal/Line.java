package dev.merit.chaos.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.merit.chaos.domain.BalanceRead;
import dev.merit.chaos.domain.Call;
import dev.merit.chaos.domain.Operation;
import dev.merit.chaos.domain.Outcome;
import dev.merit.chaos.domain.Outcome.Acknowledged;
import dev.merit.chaos.domain.Outcome.Indefinite;
import dev.merit.chaos.domain.Outcome.Refused;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One line of the file: exactly one of its parts is there. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Line(
        @Nullable Operation intent,
        @Nullable Attempt attempt,
        @Nullable BalanceRead read) {

    static Line of(Operation operation) {
        return new Line(operation, null, null);
    }

    static Line of(UUID operation, Call call) {
        return new Line(null, Attempt.of(operation, call), null);
    }

    static Line of(BalanceRead read) {
        return new Line(null, null, read);
    }

    /** A call with its outcome laid flat. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Attempt(
            UUID operation,
            int node,
            long began,
            long ended,
            @Nullable Integer status,
            @Nullable String digest,
            @Nullable UUID effect,
            @Nullable Long points,
            @Nullable Long newBalance,
            @Nullable String refused,
            @Nullable String indefinite) {

        static Attempt of(UUID operation, Call call) {
            return switch (call.outcome()) {
                case Acknowledged told ->
                    new Attempt(
                            operation,
                            call.node(),
                            call.began(),
                            call.ended(),
                            told.status(),
                            told.digest(),
                            told.effect(),
                            told.points(),
                            told.newBalance(),
                            null,
                            null);
                case Refused refused ->
                    new Attempt(
                            operation,
                            call.node(),
                            call.began(),
                            call.ended(),
                            refused.status(),
                            null,
                            null,
                            null,
                            null,
                            refused.code(),
                            null);
                case Indefinite indefinite ->
                    new Attempt(
                            operation,
                            call.node(),
                            call.began(),
                            call.ended(),
                            null,
                            null,
                            null,
                            null,
                            null,
                            null,
                            indefinite.why());
            };
        }

        Call call() {
            return new Call(node, began, ended, outcome());
        }

        private Outcome outcome() {
            if (indefinite != null) {
                return new Indefinite(indefinite);
            }
            int answered = Objects.requireNonNull(status, "status");
            if (refused != null) {
                return new Refused(answered, refused);
            }
            return new Acknowledged(
                    answered,
                    Objects.requireNonNull(digest, "digest"),
                    effect,
                    Objects.requireNonNull(points, "points"),
                    newBalance);
        }
    }
}
