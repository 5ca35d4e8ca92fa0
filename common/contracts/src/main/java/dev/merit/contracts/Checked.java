package dev.merit.contracts;

/**
 * The outcome of a decision: what follows from it, or why not.
 *
 * @param <T> what is known once everything is in order
 */
public sealed interface Checked<T> {
    record Valid<T>(T value) implements Checked<T> {}

    record Refused<T>(Problem problem) implements Checked<T> {}

    /** Leaves the domain: a refusal becomes the failure that a Future carries. */
    default T orThrow() {
        return switch (this) {
            case Valid<T>(T value) -> value;
            case Refused<T>(Problem problem) -> throw problem.asException();
        };
    }
}
