package dev.merit.router.http;

import dev.merit.contracts.Origin;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.platform.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the headers that operations share. */
final class Headers {
    private static final int KEY_MAX = 255;

    private Headers() {}

    /** Whether the request says what its body is. */
    static boolean saysType(HttpServerRequest request) {
        return request.headers().contains("Content-Type");
    }

    /** Refuses a body that is not JSON in UTF-8, or that is encoded once more. */
    static void requireJson(HttpServerRequest request) {
        String type = request.getHeader("Content-Type");
        String encoding = request.getHeader("Content-Encoding");
        if (!isJson(type) || !(encoding == null || encoding.equalsIgnoreCase("identity"))) {
            throw Problem.of(Problem.Code.UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.")
                    .asException();
        }
    }

    /** The idempotency key, bare or as a quoted string; null when there is none. */
    static @Nullable String idempotencyKey(HttpServerRequest request) {
        var given = request.headers().getAll("Idempotency-Key");
        if (given.isEmpty()) {
            return null;
        }
        String key = given.size() == 1 ? unquoted(given.getFirst().strip()) : "";
        if (key.isBlank() || key.length() > KEY_MAX || !isPrintable(key)) {
            throw Problem.of(Problem.Code.MALFORMED_REQUEST, "Idempotency-Key must have 1 to 255 printable characters.")
                    .asException();
        }
        return key;
    }

    /** Whether it is of printable ASCII characters only. */
    static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < 0x20 || unit >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** What a command carries along. */
    static Origin origin(HttpServerRequest request, Identity identity, String requestId, Sent sent) {
        String key = sent.idempotencyKey();
        Repeat repeat = key == null ? null : repeat(identity, sent, key);
        return new Origin(requestId, repeat, request.getHeader("If-Match"));
    }

    /** What was sent, as far as a repeat is recognised by it. */
    record Sent(String method, String path, @Nullable String idempotencyKey, Buffer body) {}

    /**
     * The key of one item of a batch. Its scope is not a path, so that an item and the batch itself may have the same
     * key.
     */
    static Repeat itemRepeat(Identity identity, Sent batch, String key, Buffer item) {
        var sent = new Sent(batch.method(), batch.path() + "#item", key, item);
        return repeat(identity, sent, key);
    }

    private static Repeat repeat(Identity identity, Sent sent, String key) {
        String scope = identity.owner() + "|" + sent.method() + "|" + sent.path() + "|" + key;
        ByteBuffer hash = ByteBuffer.wrap(Json.sha256(scope.getBytes(StandardCharsets.UTF_8)));
        String bodyHash =
                Base64.getEncoder().encodeToString(Json.sha256(sent.body().getBytes()));
        return new Repeat(new UUID(hash.getLong(), hash.getLong()), bodyHash);
    }

    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        if (!parts[0].strip().equals("application/json")) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }

    /** Undoes a structured-field string; a text that only begins with a quote is malformed. */
    private static String unquoted(String text) {
        if (!text.startsWith("\"")) {
            return text;
        }
        var plain = new StringBuilder();
        for (int i = 1; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit == '"') {
                return i == text.length() - 1 ? plain.toString() : "";
            }
            if (unit == '\\') {
                i++;
                if (i == text.length() || (text.charAt(i) != '"' && text.charAt(i) != '\\')) {
                    return "";
                }
                unit = text.charAt(i);
            }
            plain.append(unit);
        }
        return "";
    }
}
