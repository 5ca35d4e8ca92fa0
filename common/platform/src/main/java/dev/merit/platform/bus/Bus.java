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
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.pgclient.PgException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The typed event bus. A request's reply type is known to the compiler; a failure arrives as a
 * {@link ProblemException}; a reply that does not come in time is {@code SERVICE_UNAVAILABLE}, which after a command
 * means "unknown", not "no".
 *
 * <p>The same code runs inside one process and over a cluster. What this node serves itself it asks itself, whatever
 * the cluster believes: a node that runs every part goes on alone when it is cut off from the others.
 */
public final class Bus {
    private static final Logger LOGGER = LoggerFactory.getLogger(Bus.class);
    private static final String NOTICES = "notices";
    private static final int FOREIGN = 400;
    /** Nobody served the address, so nothing was done: who serves it may just be starting. */
    private static final long RETRY_MILLIS = 100;

    /** So begin the words of Vert.x for a message that lay before a handler when that was unregistered. */
    private static final String DISCARDED = "Discarded the request";

    private final Vertx vertx;
    private final EventBus events;
    private final int patience;
    /** How many handlers an address has on this node. */
    private final Map<String, Integer> servedHere = new ConcurrentHashMap<>();

    private final Set<Registration> registrations = ConcurrentHashMap.newKeySet();
    private volatile boolean isOpen;
    private volatile BooleanSupplier refusing = () -> false;

    /** One per Vert.x instance: it registers the codec. */
    public static Bus of(Vertx vertx) {
        return new Bus(vertx, 1);
    }

    /** For tests on busy machines: every timeout is {@code patience} times as long. */
    public static Bus patient(Vertx vertx, int patience) {
        return new Bus(vertx, patience);
    }

    private Bus(Vertx vertx, int patience) {
        this.vertx = vertx;
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
        return send(command)
                .map(envelope -> new Done<>(Bus.<R>bodyOf(envelope), envelope.replayed(), envelope.written()));
    }

    /**
     * Serves every request of a domain.
     *
     * @param root the domain's sealed interface; anything else that arrives is refused
     */
    public <Q extends Request<?>> Future<Void> serve(
            Address address, Class<Q> root, Function<Q, Future<Answer>> answer) {
        return register(new Registration(vertx.getOrCreateContext(), address.name(), message -> {
            if (message.body() instanceof Envelope envelope) {
                answer(message, envelope.body(), root, answer);
            } else {
                LOGGER.atWarn().addKeyValue("address", address.name()).log("foreign_message");
                message.fail(FOREIGN, "not a request");
            }
        }));
    }

    /**
     * Answers SERVICE_UNAVAILABLE at once to all that is asked of this node while {@code away} says so: nobody waits
     * for what cannot be done.
     */
    public void refuseWhile(BooleanSupplier away) {
        refusing = away;
    }

    /** Whether there may be other nodes. */
    public boolean isClustered() {
        return vertx.isClustered();
    }

    /** Tells every node; nobody may be listening, and the message may be lost. */
    public void publish(Notice notice) {
        events.publish(NOTICES, new Envelope((Record) notice, null));
    }

    /** Listens to what any node publishes. */
    public <N extends Notice> Future<Void> listen(Class<N> kind, Consumer<N> listener) {
        return register(new Registration(vertx.getOrCreateContext(), NOTICES, message -> {
            if (message.body() instanceof Envelope envelope && kind.isInstance(envelope.body())) {
                listener.accept(kind.cast(envelope.body()));
            }
        }));
    }

    /**
     * Lets other nodes ask this one. Before, it serves only itself: a node that is just starting would let others wait
     * for its first, slow answers while those that are warm have nothing to do.
     */
    public Future<Void> open() {
        isOpen = true;
        return vertx.isClustered()
                ? Future.join(registrations.stream()
                                .filter(registration -> !registration.address.equals(NOTICES))
                                .map(this::renewOnContext)
                                .toList())
                        .mapEmpty()
                : Future.succeededFuture();
    }

    /**
     * Tells the cluster anew of all that this node serves and listens to. For a while both the old and the new hear:
     * notices may come twice.
     */
    public void renew() {
        registrations.forEach(registration -> {
            var unused = renewOnContext(registration);
        });
    }

    private Future<Void> renewOnContext(Registration registration) {
        Promise<Void> renewed = Promise.promise();
        registration.context.runOnContext(turn -> renew(registration).onComplete(renewed));
        return renewed.future();
    }

    private Future<Void> renew(Registration registration) {
        MessageConsumer<Object> old = registration.consumer;
        if (old == null || !registrations.contains(registration)) {
            return Future.succeededFuture();
        }
        return register(registration)
                .onFailure(failure -> giveUp(registration, old))
                .compose(registered -> old.unregister())
                .onFailure(failure -> LOGGER.atWarn()
                        .addKeyValue("address", registration.address)
                        .setCause(failure)
                        .log("bus_not_renewed"));
    }

    private static void giveUp(Registration registration, MessageConsumer<Object> old) {
        MessageConsumer<Object> failed = registration.consumer;
        registration.consumer = old;
        if (failed != null) {
            failed.unregister()
                    .onFailure(failure -> LOGGER.atDebug().setCause(failure).log("bus_not_registered"));
        }
    }

    /** A handler, on the context of whoever serves or listens, with its present entry in the bus. */
    private static final class Registration {
        private final Context context;
        private final String address;
        private final Handler<Message<Object>> handler;
        private volatile @Nullable MessageConsumer<Object> consumer;

        Registration(Context context, String address, Handler<Message<Object>> handler) {
            this.context = context;
            this.address = address;
            this.handler = handler;
        }
    }

    /** It ends with the verticle that calls it. */
    private Future<Void> register(Registration registration) {
        boolean isForAll = isOpen || registration.address.equals(NOTICES);
        MessageConsumer<Object> consumer =
                isForAll ? events.consumer(registration.address) : events.localConsumer(registration.address);
        consumer.handler(registration.handler);
        consumer.endHandler(ended -> {
            servedHere.computeIfPresent(registration.address, (address, count) -> count == 1 ? null : count - 1);
            if (registration.consumer == consumer) {
                registrations.remove(registration);
            }
        });
        registration.consumer = consumer;
        registrations.add(registration);
        // It hears what this node asks from now on, whatever the cluster knows of it.
        servedHere.merge(registration.address, 1, Integer::sum);
        return consumer.completion();
    }

    private Future<Envelope> send(Request<?> request) {
        Address address = request.address();
        Duration limit = address.timeout().multipliedBy(patience);
        return send(address, new Envelope((Record) request, null), System.nanoTime() + limit.toNanos());
    }

    private Future<Envelope> send(Address address, Envelope request, long until) {
        long left = Math.max(1, Duration.ofNanos(until - System.nanoTime()).toMillis());
        boolean here = servedHere.containsKey(address.name());
        return events.<Envelope>request(
                        address.name(),
                        request,
                        new DeliveryOptions().setSendTimeout(left).setLocalOnly(here))
                .map(Message::body)
                .recover(failure -> {
                    if (isNotDone(failure) && left > RETRY_MILLIS) {
                        return vertx.timer(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                                .compose(fired -> send(address, request, until));
                    }
                    return Future.failedFuture(troubleOf(address, failure));
                });
    }

    /**
     * Nobody has begun it, so it may be asked again: nobody served the address, in a cluster where somebody may be
     * about to, or the handler that it waited for has just been taken away.
     */
    private boolean isNotDone(Throwable failure) {
        if (!(failure instanceof ReplyException reply)) {
            return false;
        }
        return switch (reply.failureType()) {
            case NO_HANDLERS -> vertx.isClustered();
            case TIMEOUT -> String.valueOf(reply.getMessage()).startsWith(DISCARDED);
            default -> false;
        };
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"
    }) // The serving end could only pair this request with a reply of type R.
    private static <R extends Record> R bodyOf(Envelope envelope) {
        if (envelope.body() instanceof Problem problem) {
            throw problem.asException();
        }
        return (R) envelope.body();
    }

    /** Whatever went wrong on the way: nobody there, no answer in time, no connection to the node. */
    private static Throwable troubleOf(Address address, Throwable failure) {
        LOGGER.atWarn()
                .addKeyValue("address", address.name())
                .addKeyValue("kind", failure instanceof ReplyException reply ? reply.failureType() : failure.toString())
                .log("bus_no_reply");
        return Problem.unavailable().asException();
    }

    private <Q extends Request<?>> void answer(
            Message<Object> message, Record body, Class<Q> root, Function<Q, Future<Answer>> answer) {
        Future<Answer> answered;
        if (refusing.getAsBoolean()) {
            message.reply(new Envelope(Problem.unavailable(), null));
            return;
        }
        try {
            answered = answer.apply(root.cast(body));
        } catch (RuntimeException e) {
            answered = Future.failedFuture(e);
        }
        answered.onSuccess(reply -> message.reply(new Envelope(reply.body(), reply.replayed(), reply.written())))
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
