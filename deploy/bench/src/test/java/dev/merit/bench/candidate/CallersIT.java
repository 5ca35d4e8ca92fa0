package dev.merit.bench.candidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.bench.candidate.Ask.Effect;
import dev.merit.bench.candidate.Ask.Sender;
import dev.merit.bench.measure.BenchFailed;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One caller and a server that says what the test wants. */
class CallersIT {
    private static final Sender TILL = new Sender("a-key", "a-run");
    private static final Duration MOMENT = Duration.ofMillis(100);

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    /** @param answers by the idempotency key of the request, the whole answer */
    private Callers.Tally call(Ask ask, Mix mix, UnaryOperator<String> answers) {
        var unused = Thread.ofVirtual().start(() -> serve(answers));
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
        try (var callers = new Callers(List.of(address), List.of(Errand.always(ask)), mix, new AtomicLong())) {
            return callers.closedLoop(MOMENT);
        }
    }

    private void serve(UnaryOperator<String> answers) {
        try (Socket socket = server.accept();
                var in =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            String key = "";
            int length = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("Idempotency-Key: ")) {
                    key = line;
                } else if (line.startsWith("Content-Length: ")) {
                    length = Integer.parseInt(line.substring("Content-Length: ".length()));
                } else if (line.isEmpty()) {
                    var unused = in.skip(length);
                    socket.getOutputStream().write(answers.apply(key).getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String answer(String status, String headers, String body) {
        return "HTTP/1.1 " + status + "\r\n" + headers + "content-length: " + body.length() + "\r\n\r\n" + body;
    }

    private static UnaryOperator<String> rememberingAs(String header) {
        Set<String> seen = new HashSet<>();
        return key -> answer("201 Created", seen.add(key) ? "" : header, "{}");
    }

    @Test
    void takesARepeatForOneWhenTheAnswerSaysSo() {
        Callers.Tally tally =
                call(Ask.purchase(TILL, "a-card"), new Mix(10, 5), rememberingAs("Idempotent-Replayed: true\r\n"));

        tally.requireReplays();

        assertThat(tally.booked(Effect.PURCHASE))
                .isPositive()
                .isLessThan(tally.latencies().count());
    }

    // Breaks when a repeat that was carried out a second time, or passes for a first, is not noticed.
    @Test
    void noticesARepeatThatIsNotAnsweredAsOne() {
        Callers.Tally tally = call(Ask.purchase(TILL, "a-card"), new Mix(10, 5), rememberingAs(""));

        assertThatThrownBy(tally::requireReplays).isInstanceOf(BenchFailed.class);
    }

    // Breaks when a list that is broken passes for one that takes too long.
    @Test
    void tellsNotNowFromNo() {
        Ask list = Ask.read("a-key", "/partner/members");

        Callers.Tally busy = call(list, Mix.spread(1), key -> answer("503 Service Unavailable", "", "later"));

        busy.requireNoneButUnavailable();
        assertThat(busy.failures().count()).isPositive();
        assertThat(busy.failures().first()).isEqualTo("GET /api/agent/v1/partner/members → 503 later");

        Callers.Tally broken = call(list, Mix.spread(1), key -> answer("500 Oh", "", "never"));

        assertThatThrownBy(broken::requireNoneButUnavailable)
                .isInstanceOf(BenchFailed.class)
                .hasMessageEndingWith("→ 500 never");
    }

    // Breaks when a batch counts as done whatever became of its items, with either way of telling its length.
    @Test
    void takesABatchForDoneWhenAllOfItIs() {
        Ask batch = Ask.purchases(TILL, "a-card", 3);
        String good = "{\"data\":{\"succeeded\":3,\"failed\":0}}";

        assertThat(call(batch, Mix.spread(10), key -> answer("200 OK", "", good))
                        .failures()
                        .count())
                .isZero();
        assertThat(call(batch, Mix.spread(10), key -> answer("200 OK", "", good.replace(":0", ":1")))
                        .failures()
                        .count())
                .isPositive();
        assertThat(call(
                                batch,
                                Mix.spread(10),
                                key -> "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
                                        + Integer.toHexString(good.length()) + "\r\n" + good + "\r\n0\r\n\r\n")
                        .failures()
                        .count())
                .isZero();
    }
}
