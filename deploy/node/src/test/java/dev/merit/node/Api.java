package dev.merit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** A client of the API, as an integrator would write it. */
final class Api {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String base;
    private final String key;

    Api(String base, String key) {
        this.base = base;
        this.key = key;
    }

    HttpResponse<String> get(String path) throws IOException {
        return send(request(base + path).header("X-Agent-Key", key).build());
    }

    HttpResponse<String> post(String path, String idempotencyKey, String body) throws IOException {
        return send(request(base + path)
                .header("X-Agent-Key", key)
                .header("Idempotency-Key", idempotencyKey)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    int status(String url) throws IOException {
        return send(request(url).build()).statusCode();
    }

    static String text(String url) throws IOException {
        return send(request(url).build()).body();
    }

    /** Sends what a printed line would send; the words are those that a shell makes of it. */
    static HttpResponse<String> curl(List<String> words) throws IOException {
        HttpRequest.Builder request = null;
        String method = "GET";
        String body = null;
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            switch (word) {
                case "-sS" -> {}
                case "-X" -> method = words.get(++i);
                case "-d" -> body = words.get(++i);
                case "-H" -> {
                    String[] header = words.get(++i).split(": ", 2);
                    if (request == null) {
                        throw new IllegalStateException("a header before the address");
                    }
                    request.header(header[0], header[1]);
                }
                default -> request = request(word);
            }
        }
        if (request == null) {
            throw new IllegalStateException("no address in " + words);
        }
        return send(request.method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** The {@code data} of an answer. */
    static JsonNode data(HttpResponse<String> answer) throws IOException {
        return json(answer.body()).get("data");
    }

    static JsonNode json(String text) throws IOException {
        return JSON.readTree(text);
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).timeout(LIMIT);
    }

    private static HttpResponse<String> send(HttpRequest request) throws IOException {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
