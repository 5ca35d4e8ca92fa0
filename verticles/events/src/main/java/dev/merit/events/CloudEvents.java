package dev.merit.events;

import dev.merit.events.store.OutboxEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** An event as a Kafka record in the binary mode of CloudEvents 1.0. */
final class CloudEvents {
    private CloudEvents() {}

    /** Depends on nothing but what is stored: the same event gives the same key, headers and bytes, however often. */
    static ProducerRecord<String, byte[]> record(OutboxEvent event) {
        List<Header> headers = List.of(
                header("ce_specversion", "1.0"),
                header("ce_id", event.id().toString()),
                header("ce_source", "urn:merit:partner:" + event.partner()),
                header("ce_type", event.type()),
                header("ce_subject", event.member().toString()),
                header("ce_time", event.time().toString()),
                // As wide as any long, so that sequences compare as text too.
                header("ce_sequence", String.format(Locale.ROOT, "%020d", event.sequence())),
                header("content-type", "application/json"));
        return new ProducerRecord<>(
                event.topic(),
                null,
                event.member().toString(),
                event.payload().getBytes(StandardCharsets.UTF_8),
                headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
