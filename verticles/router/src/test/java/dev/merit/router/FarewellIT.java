package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.Eventually;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An orderly stop, as the clients see it whose connections are open, and those who come too late. */
final class FarewellIT {
    private static final int CALLERS = 4;
    private RouterFixture fixture;
    private TestKey key;
    private String request;

    @BeforeEach
    void start() {
        fixture = new RouterFixture(Map.of("MERIT_DRAIN_SECONDS", "10"));
        key = fixture.known(TestKey.partner("admin"));
        request = "GET " + RouterFixture.BASE + "/health HTTP/1.1\r\nHost: x\r\nX-Agent-Key: " + key.text + "\r\n\r\n";
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** Breaks when a connection is closed, or new ones are dropped, while somebody cannot know that it ends. */
    @Test
    void refusesNewConnectionsAndAnswersOnOpenOnes() throws Exception {
        try (Socket used = open();
                Socket unused = open()) {
            assertThat(ask(used)).startsWith("HTTP/1.1 200 ").doesNotContainIgnoringCase("connection: close");

            Future<Void> stopped = fixture.vertx.undeploy(fixture.router.deploymentID());
            untilRefused();

            untilAskedToLeave(used);
            assertThat(ask(unused)).startsWith("HTTP/1.1 200 ").containsIgnoringCase("connection: close");
            assertThat(used.getInputStream().read()).isEqualTo(-1);
            Eventually.get(stopped);
        }
    }

    /** Breaks when a connection that nobody uses holds a stop up until its limit. */
    @Test
    void endsConnectionsThatNobodyUses() throws Exception {
        try (Socket idle = open()) {
            assertThat(ask(idle)).startsWith("HTTP/1.1 200 ");

            Future<Void> stopped = fixture.vertx.undeploy(fixture.router.deploymentID());

            assertThat(idle.getInputStream().read()).isEqualTo(-1);
            Eventually.get(stopped);
        }
    }

    /** Breaks when a client of HTTP/2, which may have sent its next request already, only learns of the end by the end. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void losesNoRequestOfHttp2() throws Exception {
        Queue<String> failed = new ConcurrentLinkedQueue<>();
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        try (var callers = Executors.newFixedThreadPool(CALLERS)) {
            for (int i = 0; i < CALLERS; i++) {
                callers.execute(() -> {
                    try {
                        callUntilRefused(answered, ended);
                    } catch (Exception | AssertionError e) {
                        failed.add(String.valueOf(e));
                    }
                });
            }
            try {
                while (answered.get() < 200 && failed.isEmpty()) {
                    Thread.sleep(1);
                }
                Eventually.get(fixture.vertx.undeploy(fixture.router.deploymentID()));
            } finally {
                ended.set(true);
            }
        }
        assertThat(failed).as(answered + " were answered").isEmpty();
    }

    private void callUntilRefused(AtomicInteger answered, AtomicBoolean ended) throws Exception {
        HttpRequest health = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + fixture.router.port() + RouterFixture.BASE + "/health"))
                .header("X-Agent-Key", key.text)
                .timeout(Duration.ofSeconds(8))
                .build();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            while (!ended.get()) {
                var answer = client.send(health, HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                answered.incrementAndGet();
            }
        } catch (ConnectException refused) {
            assertThat(answered).as("answers before the first refusal").hasValueGreaterThanOrEqualTo(200);
        }
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.router.port());
        socket.setSoTimeout(8_000);
        return socket;
    }

    /** Nothing is asked: what the system has in its queue at the very moment of closing is reset. */
    private void untilRefused() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            try (Socket late = open()) {
                assertThat(late.isConnected()).isTrue();
            } catch (ConnectException refused) {
                return;
            }
            Thread.sleep(1);
        }
        throw new AssertionError("never refused");
    }

    /** Soon, but not at once: nobody is sent to a door that is about to close. */
    private void untilAskedToLeave(Socket socket) throws Exception {
        String answer;
        do {
            Thread.sleep(1);
            answer = ask(socket);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
        } while (!answer.toLowerCase(Locale.ROOT).contains("connection: close"));
    }

    private String ask(Socket socket) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as(head.toString()).isNotEqualTo(-1);
            head.append((char) next);
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?is).*content-length: (\\d+).*", "$1"));
        head.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
        return head.toString();
    }
}
