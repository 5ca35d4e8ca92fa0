package dev.merit.node;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends anything, also what no well-behaved client would send, under one key. */
final class Http {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String base;
    private final String key;
    private final HttpClient client;

    /** What came back. */
    record Answer(int status, String text, HttpResponse<String> response) {
        JsonNode json() {
            try {
                return Api.json(text);
            } catch (IOException e) {
                throw new UncheckedIOException("not JSON: " + text, e);
            }
        }

        JsonNode data() {
            return json().path("data");
        }

        String code() {
            return json().path("code").asText();
        }

        boolean isGood() {
            return status < 300;
        }
    }

    /** A body and its type; "" is none. */
    record Body(String text, Charset charset, String type) {
        static Body json(JsonNode json) {
            return json(json.toString());
        }

        static Body json(String json) {
            return new Body(json, StandardCharsets.UTF_8, "application/json");
        }

        byte[] bytes() {
            return text.getBytes(charset);
        }

        @Override
        public String toString() {
            return type + " " + (text.length() > 300 ? text.substring(0, 300) + "…" : text);
        }
    }

    Http(String base, String key) {
        this(base, key, CLIENT);
    }

    private Http(String base, String key, HttpClient client) {
        this.base = base;
        this.key = key;
        this.client = client;
    }

    /** The same by way of another client, which may speak another HTTP. */
    Http through(HttpClient other) {
        return new Http(base, key, other);
    }

    Http with(String otherKey) {
        return new Http(base, otherKey, client);
    }

    /** The key's text, for a client that sends it by itself. */
    String key() {
        return key;
    }

    Answer get(String path) {
        return send("GET", path, List.of(), null);
    }

    Answer post(String path, JsonNode body) {
        return send("POST", path, List.of(), Body.json(body));
    }

    Answer send(String method, String path, List<String> headers, @Nullable Body body) {
        List<String> all = new ArrayList<>(List.of("X-Agent-Key", key));
        all.addAll(headers);
        if (body != null && !body.type().isEmpty()) {
            all.addAll(List.of("Content-Type", body.type()));
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(LIMIT)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body.bytes()))
                .headers(all.toArray(String[]::new))
                .build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
