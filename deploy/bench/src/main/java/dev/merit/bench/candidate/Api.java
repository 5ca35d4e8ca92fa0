package dev.merit.bench.candidate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.bench.measure.BenchFailed;
import dev.merit.platform.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** A few requests for setting things up; nothing of it is measured. */
final class Api {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SUCCESS_END = 300;

    private final URI base;

    Api(int port) {
        this.base = URI.create("http://127.0.0.1:" + port + "/api/agent/v1");
    }

    static void require(boolean met, String otherwise) {
        if (!met) {
            throw new BenchFailed(otherwise);
        }
    }

    /** The answer's data. */
    JsonNode post(String path, String key, Map<String, ?> body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .header("X-Agent-Key", key)
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build();
        // Closed at once, so that its thread does not live beside what is measured.
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= SUCCESS_END) {
                throw new BenchFailed(
                        "The node answered " + answer.statusCode() + " to " + path + ": " + answer.body());
            }
            return Json.MAPPER.readTree(answer.body()).path("data");
        } catch (IOException e) {
            throw new BenchFailed("The node did not answer " + path + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchFailed("Interrupted while asking the node.", e);
        }
    }
}
