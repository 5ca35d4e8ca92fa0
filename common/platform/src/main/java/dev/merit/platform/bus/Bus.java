package dev.merit.platform.bus;

import dev.merit.contracts.Address;
import dev.merit.contracts.Answer;
import dev.merit.contracts.Command;
import dev.merit.contracts.Done;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Request;
import dev.merit.platform.pg.PgProblems;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The typed event bus. A request's reply type is known to the compiler; a failure arrives as a
 * {@link ProblemException}; a reply that does not come in time is {@code SERVICE_UNAVAILABLE}, which after a command
 * means "unknown", not "no".
 *
 * <p>The same code runs inside one process and over a cluster.
 */
public final class Bus {
    private static final Logger LOGGER = LoggerFactory.getLogger(Bus.class);
    private static final String NOTICES = "notices";
    private static final int FOREIGN = 400;

    private final EventBus events;
    private final int patience;

    /** One per Vert.x instance: it registers the codec. */
    public static Bus of(Vertx vertx) {
        return new Bus(vertx, 1);
    }

    /** For tests on busy machines: every timeout is {@code patience} times as long. */
    public static Bus patient(Vertx vertx, int patience) {
        return new Bus(vertx, patience);
    }

    private Bus(Vertx vertx, int patience) {
        this.events = vertx.eventBus();
        this.patience = patience;
        events.registerCodec(new RecordCodec());
        events.codecSelector(body -> body instanceof Envelope ? RecordCodec.NAME : null);
    }

    /** Asks, and gives the reply's body. */
    public <R extends Record> Future<R> ask(Request<R> request) {
        return send(request).map(envelope -> bodyOf(envelope));
    }

    /** Asks for what a field of the body names: when there is no such thing, NOT_FOUND says so on that field. */
    public <R extends Record> Future<R> askNamed(Request<R> request, String field) {
        return find(request)
                .map(found -> found.orElseThrow(() -> Problem.notFound(field).asException()));
    }

    /** Asks for what may not be there: NOT_FOUND is empty. */
    public <R extends Record> Future<Optional<R>> find(Request<R> request) {
        return ask(request)
                .map(Optional::of)
                .recover(failure -> ProblemException.isNotFound(failure)
                        ? Future.succeededFuture(Optional.empty())
                        : Future.failedFuture(failure));
    }

    /** Gives a command, and tells whether it was done now or earlier. */
    public <R extends Record> Future<Done<R>> command(Command<R> command) {
        return send(command).map(envelope -> new Done<>(Bus.<R>bodyOf(envelope), envelope.replayed()));
    }

    /**
     * Serves every request of a domain.
     *
     * @param root the domain's sealed interface; anything else that arrives is refused
     */
    public <Q extends Request<?>> Future<Void> serve(
            Address address, Class<Q> root, Function<Q, Future<Answer>> answer) {
        MessageConsumer<Object> consumer = events.consumer(address.name());
        consumer.handler(message -> {
            if (message.body() instanceof Envelope envelope) {
                answer(message, envelope.body(), root, answer);
            } else {
                LOGGER.atWarn().addKeyValue("address", address.name()).log("foreign_message");
                message.fail(FOREIGN, "not a request");
            }
        });
        return consumer.completion();
    }

    /** Tells every node; nobody may be listening, and the message may be lost. */
    public void publish(Notice notice) {
        events.publish(NOTICES, new Envelope((Record) notice, null));
    }

    /** Listens to what any node publishes. */
    public <N extends Notice> Future<Void> listen(Class<N> kind, Consumer<N> listener) {
        MessageConsumer<Envelope> consumer = events.consumer(NOTICES);
        consumer.handler(message -> {
            if (kind.isInstance(message.body().body())) {
                listener.accept(kind.cast(message.body().body()));
            }
        });
        return consumer.completion();
    }

    private Future<Envelope> send(Request<?> request) {
        Address address = request.address();
        Duration timeout = address.timeout().multipliedBy(patience);
        return events.<Envelope>request(
                        address.name(),
                        new Envelope((Record) request, null),
                        new DeliveryOptions().setSendTimeout(timeout.toMillis()))
                .map(Message::body)
                .recover(failure -> Future.failedFuture(troubleOf(address, failure)));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // The serving end could only pair this request with a reply of type R.
    private static <R extends Record> R bodyOf(Envelope envelope) {
        if (envelope.body() instanceof Problem problem) {
            throw problem.asException();
        }
        return (R) envelope.body();
    }

    private static Throwable troubleOf(Address address, Throwable failure) {
        if (failure instanceof ReplyException reply) {
            LOGGER.atWarn()
                    .addKeyValue("address", address.name())
                    .addKeyValue("kind", reply.failureType())
                    .log("bus_no_reply");
            return Problem.unavailable().asException();
        }
        return failure;
    }

    private <Q extends Request<?>> void answer(
            Message<Object> message, Record body, Class<Q> root, Function<Q, Future<Answer>> answer) {
        Future<Answer> answered;
        try {
            answered = answer.apply(root.cast(body));
        } catch (RuntimeException e) {
            answered = Future.failedFuture(e);
        }
        answered.onSuccess(reply -> message.reply(new Envelope(reply.body(), reply.replayed())))
                .onFailure(failure -> message.reply(new Envelope(problemOf(body, failure), null)));
    }

    /** The one place where a failure on the serving side becomes a problem; a bug is logged here, once. */
    private static Problem problemOf(Record request, Throwable failure) {
        if (failure instanceof ProblemException refusal) {
            return refusal.problem();
        }
        if (PgProblems.isTrouble(failure)) {
            LOGGER.atWarn()
                    .addKeyValue("request", request.getClass().getSimpleName())
                    .addKeyValue("cause", PgProblems.describe(failure))
                    .log("dependency_trouble");
            return Problem.unavailable();
        }
        var bug = LOGGER.atError()
                .addKeyValue("request", request.getClass().getSimpleName())
                .addKeyValue("cause", PgProblems.describe(failure));
        (failure instanceof PgException ? bug : bug.setCause(failure)).log("request_failed");
        return Problem.of(Problem.Code.SERVER_ERROR, "Something went wrong on our side.");
    }
}
