package dev.merit.chaos.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.merit.platform.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Requests to the API of a node. */
public final class Api implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    private static final int SUCCESS_END = 300;
    private static final int SUCCESS_BEGIN = 200;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();

    /**
     * A request.
     *
     * @param operation idempotency key and request id; null for a read
     * @param body JSON; null for a GET
     */
    public record Request(
            String path,
            String key,
            @Nullable UUID operation,
            @Nullable String body) {}

    /** An answer. */
    public record Answer(int status, String body) {
        public boolean isGood() {
            return status >= SUCCESS_BEGIN && status < SUCCESS_END;
        }

        /** The answer's data; nothing when it is no JSON. */
        public JsonNode data() {
            return json().path("data");
        }

        /** The code of a refusal; empty when there is none. */
        public String code() {
            return json().path("code").asText();
        }

        private JsonNode json() {
            try {
                return Json.MAPPER.readTree(body);
            } catch (JsonProcessingException e) {
                return MissingNode.getInstance();
            }
        }
    }

    /**
     * Sends it to one node and waits 5 s at most.
     *
     * @param node such as {@code http://127.0.0.1:8080}
     * @throws IOException when there is no answer: then nobody knows what has happened
     */
    public Answer send(URI node, Request request) throws IOException, InterruptedException {
        var builder = HttpRequest.newBuilder(URI.create(node + "/api/agent/v1" + request.path()))
                .timeout(ANSWER_LIMIT)
                .header("X-Agent-Key", request.key());
        if (request.operation() != null) {
            builder.header("Idempotency-Key", request.operation().toString())
                    .header("X-Request-Id", request.operation().toString());
        }
        if (request.body() != null) {
            builder.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(request.body()));
        }
        HttpResponse<String> answer = client.send(builder.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.body());
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
