package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Done;
import dev.merit.contracts.keys.KeysRequest.Authenticate;
import dev.merit.contracts.keys.KeysRequest.Authenticated;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The room that large bodies share: who takes of it, who finds none, and that it always comes back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LargeBodiesIT {
    private static final String PURCHASE = "/partner/transactions/purchase";
    private static final String SMALL = """
            {"card_id":"0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e20","member_identifier":"ada@example.org","purchase_amount":1}""";
    private static final long MEBIBYTE = 1 << 20;
    private static final String LARGE = SMALL + " ".repeat((int) MEBIBYTE - SMALL.length());
    private static final int FIT = 16;

    private final List<HttpClient> clients = new ArrayList<>();
    private RouterFixture fixture;
    private TestKey key;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
        key = fixture.known(TestKey.partner("admin"));
    }

    @BeforeEach
    void forget() {
        fixture.domains.forgetAnswers();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    // Breaks when many large bodies at once can fill a node's memory, keep a till waiting, or take their room for ever.
    @Test
    void refusesLargeBodiesBeyondTheRoomButNoSmallOnes() throws InterruptedException {
        Purchased example = fixture.domains.example(Purchased.class);
        for (int round = 0; round < 2; round++) {
            Promise<Done<Purchased>> decided = Promise.promise();
            var waiting = new CountDownLatch(FIT + 3);
            hold(decided, waiting);
            List<Future<Integer>> sent = new ArrayList<>();
            for (int i = 0; i < FIT; i++) {
                sent.add(fixture.post(key, PURCHASE, LARGE).later().map(Answered::status));
            }
            awaitTaken(FIT * MEBIBYTE);
            sent.add(fixture.post(key, PURCHASE, SMALL).later().map(Answered::status));
            sent.add(inPieces(HttpVersion.HTTP_1_1));
            sent.add(inPieces(HttpVersion.HTTP_2));
            assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(announced(MEBIBYTE))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("SERVICE_UNAVAILABLE")
                    .containsIgnoringCase("Retry-After: 1\r\n");
            assertThat(announced(MEBIBYTE + 1)).startsWith("HTTP/1.1 413 ").contains("PAYLOAD_TOO_LARGE");

            decided.complete(Done.fresh(example));
            assertThat(sent).allSatisfy(each -> assertThat(Eventually.get(each)).isEqualTo(201));
            awaitTaken(0);
        }
    }

    @Test
    void givesTheRoomBackOfWhatIsRefused() {
        fixture.post(key, PURCHASE, "{".repeat((int) MEBIBYTE)).answer().is(400, "MALFORMED_JSON");
        awaitTaken(0);

        String pieces = head(key, "Transfer-Encoding: chunked") + "\r\n"
                + ("20000\r\n" + "a".repeat(0x20000) + "\r\n").repeat(9);
        assertThat(Eventually.get(fixture.raw(pieces))).startsWith("HTTP/1.1 413 ");
        awaitTaken(0);
    }

    @Test
    void givesTheRoomBackOfThoseWhoLeaveHalfWay() {
        List<NetSocket> halfWay = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            halfWay.add(fixture.open(beginning(key)));
        }
        awaitTaken(3 * MEBIBYTE);

        halfWay.forEach(each -> Eventually.get(each.close()));

        awaitTaken(0);
    }

    // Breaks when a part of a body is taken for all of it, as its sender has left: what may be left out would be lost.
    @Test
    void carriesOutASmallCommandAsItWasSentThoughItsSenderHasLeft() {
        TestKey unseen = fixture.known(TestKey.partner("admin"));
        Promise<Void> known = holdLookUps(unseen);
        long ended = ended();
        NetSocket early = sendUnseen(head(unseen, SMALL.length()) + "\r\n" + SMALL);
        Eventually.get(early.close());
        Awaitility.await().until(() -> ended() > ended);

        known.complete();

        Awaitility.await().untilAsserted(() -> assertThat(
                        fixture.domains.last(Purchase.class).fields().memberIdentifier())
                .isEqualTo("ada@example.org"));
    }

    // Breaks when a body takes room that nobody gives back, as its sender left before it was read.
    @Test
    void takesNoRoomForThoseWhoLeftBeforeTheirKeyWasKnown() {
        TestKey unseen = fixture.known(TestKey.partner("admin"));
        Promise<Void> known = holdLookUps(unseen);
        long ended = ended();
        NetSocket early = sendUnseen(beginning(unseen));
        Eventually.get(early.close());
        Awaitility.await().until(() -> ended() > ended);

        known.complete();
        fixture.post(unseen, PURCHASE, SMALL).answer().is(201);

        assertThat(taken()).isZero();
    }

    // Breaks when callers who give up and come again can fill a node's memory with what is still being decided.
    @Test
    void keepsTheRoomOfThoseWhoLeftUntilTheirCommandIsDecided() throws InterruptedException {
        Promise<Done<Purchased>> decided = Promise.promise();
        var waiting = new CountDownLatch(1);
        hold(decided, waiting);
        long ended = ended();
        NetSocket impatient = fixture.open(head(key, MEBIBYTE) + "\r\n" + LARGE);
        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
        Eventually.get(impatient.close());
        Awaitility.await().until(() -> ended() > ended);

        assertThat(taken()).isEqualTo(MEBIBYTE);
        decided.complete(Done.fresh(fixture.domains.example(Purchased.class)));

        awaitTaken(0);
    }

    private Promise<Void> holdLookUps(TestKey unseen) {
        Promise<Void> known = Promise.promise();
        fixture.domains.on(Authenticate.class, request -> known.future()
                .map(now -> request.reply(new Authenticated(unseen.identity()))));
        return known;
    }

    /** Sends what has to wait for its key's look-up. */
    private NetSocket sendUnseen(String bytes) {
        int lookUps = fixture.domains.lookUps.get();
        NetSocket socket = fixture.open(bytes);
        Awaitility.await().until(() -> fixture.domains.lookUps.get() > lookUps);
        return socket;
    }

    private void hold(Promise<Done<Purchased>> decided, CountDownLatch waiting) {
        fixture.domains.on(Purchase.class, purchase -> {
            waiting.countDown();
            return decided.future().map(purchase::reply);
        });
    }

    /** Sends a small body that does not tell its length. */
    private Future<Integer> inPieces(HttpVersion version) {
        var options = new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false);
        var request = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(fixture.router.port())
                .setMethod(HttpMethod.POST)
                .setURI(RouterFixture.BASE + PURCHASE)
                .putHeader("X-Agent-Key", key.text)
                .putHeader("Content-Type", "application/json");
        HttpClient client = fixture.vertx.createHttpClient(options);
        clients.add(client); // One that nobody holds is closed.
        return client.request(request)
                .compose(opened -> {
                    opened.setChunked(true);
                    return opened.write(SMALL).compose(written -> opened.end()).compose(written -> opened.response());
                })
                .map(HttpClientResponse::statusCode);
    }

    /** What is answered to a body that was announced, and not sent. */
    private String announced(long bytes) {
        NetSocket socket = fixture.open(head(key, bytes));
        Buffer received = Buffer.buffer();
        Promise<String> told = Promise.promise();
        socket.handler(more -> {
            String text = received.appendBuffer(more).toString();
            if (text.endsWith("}")) {
                told.tryComplete(text);
            }
        });
        Eventually.get(socket.write("\r\n"));
        String answer = Eventually.get(told.future());
        Eventually.get(socket.close());
        return answer;
    }

    private static String beginning(TestKey key) {
        return head(key, MEBIBYTE) + "\r\n" + LARGE.substring(0, 100_000);
    }

    private static String head(TestKey key, long bytes) {
        return head(key, "Content-Length: " + bytes);
    }

    private static String head(TestKey key, String length) {
        return "POST " + RouterFixture.BASE + PURCHASE + " HTTP/1.1\r\nHost: x\r\nX-Agent-Key: " + key.text
                + "\r\nContent-Type: application/json\r\n" + length + "\r\n";
    }

    private void awaitTaken(long bytes) {
        Awaitility.await().untilAsserted(() -> assertThat(taken()).isEqualTo(bytes));
    }

    private long taken() {
        return (long) fixture.meters.get("merit.http.bodies.taken").gauge().value();
    }

    /** Requests that were answered, or left by their callers. */
    private long ended() {
        return fixture.meters.find("merit.http.requests").timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }
}
