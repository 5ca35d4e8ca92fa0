package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.platform.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** What came back. */
record Answered(int status, MultiMap headers, Buffer bytes) {

    String text() {
        return bytes.toString();
    }

    JsonNode json() {
        return Json.read(text(), JsonNode.class);
    }

    JsonNode data() {
        return json().path("data");
    }

    String code() {
        return json().path("code").asText();
    }

    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    /** The messages of a bad field. */
    JsonNode errors(String field) {
        return json().path("details").path("errors").path(field);
    }

    /** Checks status and code at once, showing the body when they differ. */
    void is(int status, String code) {
        assertThat(status() + " " + code()).as(text()).isEqualTo(status + " " + code);
    }

    void is(int status) {
        assertThat(status()).as(text()).isEqualTo(status);
    }
}
