package dev.merit.contracts;

/**
 * A request that changes something. It is safe to repeat when its {@link Origin} carries a {@link Repeat}.
 *
 * @param <R> the reply; its JSON is the {@code data} of the HTTP answer
 */
public interface Command<R extends Record> extends Request<R> {

    /** The HTTP request behind this command. */
    Origin origin();

    /** Pairs the outcome, fresh or replayed, with its command. */
    default Answer reply(Done<R> done) {
        return new Answer(done.body(), done.replayed(), done.written());
    }
}
