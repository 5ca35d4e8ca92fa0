package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merit.events.store.OutboxEvent;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
    private static final String PAYLOAD = "{\"order_reference\":\"Rechnung Nº 1\"}";

    private static final OutboxEvent EVENT = new OutboxEvent(
            "merit.transactions",
            UUID.fromString("01900000-0000-7000-8000-000000000001"),
            "merit.transaction.system_expired_points",
            UUID.fromString("01900000-0000-7000-8000-000000000002"),
            UUID.fromString("01900000-0000-7000-8000-000000000003"),
            42,
            Instant.parse("2026-02-03T04:05:06.789012Z"),
            Buffer.buffer(PAYLOAD));

    @Test
    void writesTheHeadersThatConsumersRelyOn() {
        Map<String, String> headers = new LinkedHashMap<>();
        CloudEvents.record(EVENT)
                .headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        assertThat(headers)
                .containsExactly(
                        Map.entry("ce_specversion", "1.0"),
                        Map.entry("ce_id", "01900000-0000-7000-8000-000000000001"),
                        Map.entry("ce_source", "urn:merit:partner:01900000-0000-7000-8000-000000000002"),
                        Map.entry("ce_type", "merit.transaction.system_expired_points"),
                        Map.entry("ce_subject", "01900000-0000-7000-8000-000000000003"),
                        Map.entry("ce_time", "2026-02-03T04:05:06.789012Z"),
                        Map.entry("ce_sequence", "00000000000000000042"),
                        Map.entry("content-type", "application/json"));
    }

    @Test
    void isKeyedByMemberAndCarriesThePayloadAsStored() {
        var record = CloudEvents.record(EVENT);
        assertThat(record.topic()).isEqualTo("merit.transactions");
        assertThat(record.key()).isEqualTo("01900000-0000-7000-8000-000000000003");
        assertThat(record.value()).isEqualTo(PAYLOAD.getBytes(StandardCharsets.UTF_8));
        // The partition follows from the key alone; a fixed one would break order when nodes disagree.
        assertThat(record.partition()).isNull();
        // Breaks when a node whose clock is wrong gives its own time, which a broker may refuse.
        assertThat(record.timestamp())
                .isEqualTo(Instant.parse("2026-02-03T04:05:06.789Z").toEpochMilli());
    }

    @Test
    void makesNoRecordThatNoConsumerCouldRead() {
        // Breaks when the payload is sent unread: every consumer would stumble over it, each at its own time. And when
        // the message says what the payload holds.
        for (String bad : List.of("", "{\"secret\":", "[1]", "\"secret\"", "{} {}", "{\"a\":secret}")) {
            assertThatThrownBy(() -> CloudEvents.record(with("type", bad)))
                    .isInstanceOf(Unsendable.class)
                    .hasMessage("the payload is no JSON object")
                    .hasNoCause();
        }
        assertThatThrownBy(() -> CloudEvents.record(with(null, "{}")))
                .isInstanceOf(Unsendable.class)
                .hasMessage("the type is missing");
        assertThat(CloudEvents.record(with("type", " {\"a\":{\"b\":[1,{}]}} "))).isNotNull();
    }

    private static OutboxEvent with(@Nullable String type, String payload) {
        return new OutboxEvent(
                EVENT.topic(),
                EVENT.id(),
                type,
                EVENT.partner(),
                EVENT.member(),
                42,
                EVENT.time(),
                Buffer.buffer(payload));
    }
}
