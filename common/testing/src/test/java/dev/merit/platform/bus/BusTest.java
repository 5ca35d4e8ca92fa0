package dev.merit.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.merit.contracts.Acknowledged;
import dev.merit.contracts.Address;
import dev.merit.contracts.Answer;
import dev.merit.contracts.Deleted;
import dev.merit.contracts.Done;
import dev.merit.contracts.KeyId;
import dev.merit.contracts.MemberId;
import dev.merit.contracts.Notice;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Problem;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.Request;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.Authenticated;
import dev.merit.contracts.keys.KeysRequest.RevokeKey;
import dev.merit.contracts.keys.KeysRequest.SetMemberActive;
import dev.merit.contracts.registry.RegistryRequest.ResolveMember;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.time.Duration;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BusTest {
    private static final Authenticate AUTHENTICATE = new Authenticate("abc");
    private static final RevokeKey REVOKE = new RevokeKey(new KeyId(new UUID(1, 1)), Origin.system("req_1"));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.of(vertx);
    private LogRecorder log = new LogRecorder(Bus.class);

    /** An address that gives up soon, so that a test of silence is short. */
    private record Quick() implements Request<Acknowledged> {
        @Override
        public Address address() {
            return new Address("silence", Duration.ofMillis(50));
        }
    }

    @BeforeEach
    void recordTheLog() {
        log.close();
        log = new LogRecorder(Bus.class);
    }

    @AfterEach
    void close() {
        log.close();
        Eventually.get(vertx.close());
    }

    @Test
    void givesTheReplyThatBelongsToTheRequest() {
        serve(request -> switch (request) {
            case Authenticate ask -> Future.succeededFuture(ask.reply(new Authenticated(null)));
            case SetMemberActive ask -> Future.succeededFuture(ask.reply(new Acknowledged()));
            default -> Future.failedFuture("not asked for");
        });

        assertThat(Eventually.get(bus.ask(AUTHENTICATE))).isEqualTo(new Authenticated(null));
        assertThat(Eventually.get(bus.ask(new SetMemberActive(new MemberId(new UUID(1, 2)), true))))
                .isEqualTo(new Acknowledged());
    }

    // The repeat's JSON has to come through as it was stored: the HTTP answer is made of it byte for byte.
    @Test
    void tellsWhetherACommandWasDoneNowOrEarlier() {
        var body = Deleted.of(REVOKE.key().value());
        serve(request -> Future.succeededFuture(((RevokeKey) request).reply(new Done<>(body, "{ \"stored\":1}"))));

        assertThat(Eventually.get(bus.command(REVOKE))).isEqualTo(new Done<>(body, "{ \"stored\":1}"));
        assertThat(Eventually.get(bus.ask(REVOKE))).isEqualTo(body);
    }

    @Test
    void bringsTheTextOfAFreshAnswerAlong() {
        var body = Deleted.of(REVOKE.key().value());
        serve(request -> Future.succeededFuture(((RevokeKey) request).reply(Done.fresh(body, "{ \"fresh\":1}"))));

        Done<Deleted> done = Eventually.get(bus.command(REVOKE));

        assertThat(done.written()).isEqualTo("{ \"fresh\":1}");
        assertThat(done.replayed()).isNull();
    }

    @Test
    void letsAProblemThroughAsItIs() {
        Problem problem = Problem.notFound("card_id");
        serve(request -> Future.failedFuture(problem.asException()));

        assertThat(problemOf(bus.ask(AUTHENTICATE))).isEqualTo(problem);
        assertThat(problemOf(bus.command(REVOKE))).isEqualTo(problem);
        assertThat(log.at(Level.ERROR)).isEmpty();
    }

    @Test
    void isUnavailableWhenNobodyServes() {
        assertThat(problemOf(bus.ask(AUTHENTICATE)).code()).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
    }

    // Fails when a caller waits for ever, or takes silence for a refusal.
    @Test
    void isUnavailableWhenTheAnswerTakesTooLong() {
        Eventually.get(
                vertx.eventBus().consumer("silence").handler(message -> {}).completion());

        assertThat(problemOf(bus.ask(new Quick())).code()).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
    }

    @Test
    void isUnavailableWhenADependencyIsInTrouble() {
        serve(request -> Future.failedFuture(new IOException("connection refused")));

        assertThat(problemOf(bus.ask(AUTHENTICATE)).code()).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
        assertThat(log.at(Level.WARN)).singleElement().asString().startsWith("dependency_trouble");
        assertThat(log.at(Level.ERROR)).isEmpty();
    }

    // Thrown or returned, a bug is logged where it happened, once, and the caller learns nothing of it.
    @Test
    void hidesABugAndLogsItOnce() {
        serve(request -> {
            if (request instanceof RevokeKey) {
                throw new IllegalStateException("secret detail");
            }
            return Future.failedFuture(new IllegalStateException("secret detail"));
        });

        assertThat(problemOf(bus.ask(AUTHENTICATE)))
                .isEqualTo(Problem.of(Problem.Code.SERVER_ERROR, "Something went wrong on our side."));
        assertThat(problemOf(bus.command(REVOKE)).code()).isEqualTo(Problem.Code.SERVER_ERROR);
        assertThat(log.at(Level.ERROR)).hasSize(2).allMatch(line -> line.startsWith("request_failed"));
    }

    // PostgreSQL quotes the row that broke a rule, and with it a name or an e-mail.
    @Test
    void keepsRowsOutOfTheLog() {
        serve(request -> Future.failedFuture(
                new PgException("broken", "ERROR", "23514", "Failing row contains (jane@example.com)")));

        assertThat(problemOf(bus.ask(AUTHENTICATE)).code()).isEqualTo(Problem.Code.SERVER_ERROR);
        assertThat(log.at(Level.ERROR))
                .singleElement()
                .asString()
                .contains("23514")
                .doesNotContain("jane");
    }

    // A record of another domain that strays to this address is our own bug, answered like one.
    @Test
    void refusesARequestOfAnotherDomain() {
        serve(request -> Future.failedFuture("never asked"));
        record Stray(ResolveMember inner) implements Request<Acknowledged> {
            @Override
            public Address address() {
                return KeysRequest.ADDRESS;
            }
        }

        assertThat(problemOf(bus.ask(new Stray(new ResolveMember("x")))).code()).isEqualTo(Problem.Code.SERVER_ERROR);
        assertThat(log.at(Level.ERROR)).singleElement().asString().contains("Stray");
    }

    // Something that is no message of ours gets an answer at once and disturbs nobody.
    @Test
    void refusesAForeignMessage() {
        serve(request -> Future.succeededFuture(AUTHENTICATE.reply(new Authenticated(null))));

        assertThat(Eventually.failure(vertx.eventBus().request("keys", "hello")))
                .isInstanceOf(ReplyException.class)
                .hasMessage("not a request");
        assertThat(Eventually.get(bus.ask(AUTHENTICATE))).isEqualTo(new Authenticated(null));
    }

    @Test
    void tellsEveryListenerOfItsKindOfNotice() {
        Queue<Record> heard = new ConcurrentLinkedQueue<>();
        Eventually.get(bus.listen(Notice.KeyChanged.class, heard::add));
        Eventually.get(bus.listen(Notice.KeyChanged.class, heard::add));
        Eventually.get(bus.listen(Notice.MemberChanged.class, heard::add));
        var news = new Notice.KeyChanged(REVOKE.key());

        bus.publish(new Notice.OutboxFilled());
        bus.publish(news);
        bus.publish(new Notice.MemberChanged(new MemberId(new UUID(1, 2))));

        Awaitility.await().until(() -> heard.size() == 3);
        assertThat(heard).containsOnly(news, new Notice.MemberChanged(new MemberId(new UUID(1, 2))));
    }

    // Notices are hints: that nobody listens is no failure.
    /** Breaks when a handler is not asked any more once it was told to the cluster anew, or when a request is answered twice. */
    @Test
    void servesOnWhileItIsRenewed() {
        AtomicInteger asked = new AtomicInteger();
        serve(request -> {
            asked.incrementAndGet();
            return Future.succeededFuture(AUTHENTICATE.reply(new Authenticated(null)));
        });

        for (int round = 0; round < 20; round++) {
            bus.renew();
            for (int i = 0; i < 20; i++) {
                assertThat(Eventually.get(bus.ask(AUTHENTICATE))).isNotNull();
            }
        }

        assertThat(asked).hasValue(400);
    }

    @Test
    void publishesToNobody() {
        bus.publish(new Notice.OutboxFilled());

        assertThat(log.at(Level.ERROR)).isEmpty();
    }

    private void serve(Function<KeysRequest<?>, Future<Answer>> answer) {
        @SuppressWarnings("unchecked") // The class of a generic interface is written raw.
        Class<KeysRequest<?>> root = (Class<KeysRequest<?>>) (Class<?>) KeysRequest.class;
        Eventually.get(bus.serve(KeysRequest.ADDRESS, root, answer));
    }

    private static Problem problemOf(Future<?> failing) {
        Throwable failure = Eventually.failure(failing);
        assertThat(failure).isInstanceOf(ProblemException.class);
        return ((ProblemException) failure).problem();
    }
}
