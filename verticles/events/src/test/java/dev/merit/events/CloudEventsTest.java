package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.events.store.OutboxEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
    private static final OutboxEvent EVENT = new OutboxEvent(
            "merit.transactions",
            UUID.fromString("01900000-0000-7000-8000-000000000001"),
            "merit.transaction.system_expired_points",
            UUID.fromString("01900000-0000-7000-8000-000000000002"),
            UUID.fromString("01900000-0000-7000-8000-000000000003"),
            42,
            Instant.parse("2026-02-03T04:05:06.789012Z"),
            "{\"order_reference\":\"Rechnung Nº 1\"}");

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
        assertThat(record.value()).isEqualTo(EVENT.payload().getBytes(StandardCharsets.UTF_8));
        // The partition follows from the key alone; a fixed one would break order when nodes disagree.
        assertThat(record.partition()).isNull();
    }
}
