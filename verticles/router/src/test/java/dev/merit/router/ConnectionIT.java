package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.testing.Eventually;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What travels on a connection: bytes that are no request, bodies that nobody reads, compression. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConnectionIT {
    private static final String DOCS = "/api/agent/docs.json";
    private RouterFixture fixture;
    private TestKey key;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
        key = fixture.known(TestKey.partner("admin"));
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void refusesAChunkedBodyThatGrowsTooLarge() {
        String request = head("POST", "/partner/clubs") + "Content-Type: application/json\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n";
        String chunk = "8000\r\n" + "a".repeat(0x8000) + "\r\n";

        assertThat(raw(request + chunk.repeat(40) + "0\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ")
                .contains("PAYLOAD_TOO_LARGE");
    }

    @Test
    void answersEvenWhatItCannotRead() {
        assertThat(raw("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .contains(" 400 Bad Request", "MALFORMED_REQUEST");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "a".repeat(40_000) + "\r\n\r\n"))
                .contains(" 400 Bad Request", "MALFORMED_REQUEST");
    }

    @Test
    void goesOnAfterARefusalThatLeftABodyUnread() {
        // Breaks when the rest of a refused body is taken for the next request on the connection.
        String body = "{\"name\":\"" + "a".repeat(100_000) + "\"}";
        String refused = "POST " + RouterFixture.BASE + "/partner/clubs HTTP/1.1\r\nHost: x\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;

        assertThat(raw(refused + head("GET", "/health") + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 401 ")
                .contains("HTTP/1.1 200 ");
    }

    @Test
    void compressesWhenAsked() throws IOException {
        var plain = fixture.send("GET", DOCS).answer();
        var zipped = fixture.send("GET", DOCS).header("Accept-Encoding", "gzip").answer();

        assertThat(plain.header("Content-Encoding")).isNull();
        assertThat(zipped.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(zipped.bytes().length()).isLessThan(plain.bytes().length() / 2);
        try (var in =
                new GZIPInputStream(new ByteArrayInputStream(zipped.bytes().getBytes()))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(plain.text());
        }
    }

    private String head(String method, String path) {
        return method + " " + RouterFixture.BASE + path + " HTTP/1.1\r\nHost: x\r\nX-Agent-Key: " + key.text + "\r\n";
    }

    /** Sends bytes as they are, and reads until the server closes. */
    private String raw(String request) {
        return Eventually.get(fixture.raw(request));
    }
}
