package dev.merit.bench.measure;

/** The bench cannot go on; the message is for its user. */
public final class BenchFailed extends RuntimeException {
    public BenchFailed(String message) {
        super(message);
    }

    public BenchFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
