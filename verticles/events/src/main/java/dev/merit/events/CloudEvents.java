package dev.merit.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.merit.events.store.OutboxEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** An event as a Kafka record in the binary mode of CloudEvents 1.0. */
final class CloudEvents {
    private static final JsonFactory JSON = new JsonFactory();

    /** As wide as any long, so that sequences compare as text too. */
    private static final String ZEROS = "00000000000000000000";

    private CloudEvents() {}

    /**
     * Depends on nothing but what is stored: the same event gives the same key, headers and bytes, however often.
     *
     * @throws Unsendable when the event lacks something, or its payload is no JSON object, which no consumer could read
     */
    static ProducerRecord<String, byte[]> record(OutboxEvent event) {
        List<Header> headers = List.of(
                header("ce_specversion", "1.0"),
                header("ce_id", event.id().toString()),
                header("ce_source", "urn:merit:partner:" + present("partner", event.partner())),
                header("ce_type", present("type", event.type())),
                header("ce_subject", event.member().toString()),
                header("ce_time", present("time", event.time()).toString()),
                header("ce_sequence", sequence(event.sequence())),
                header("content-type", "application/json"));
        return new ProducerRecord<>(
                event.topic(),
                null,
                millis(present("time", event.time())),
                event.member().toString(),
                readable(present("payload", event.payload()).getBytes()),
                headers);
    }

    /** The time of the event, by the database's clock: a node whose own clock is wrong publishes all the same. */
    private static long millis(Instant time) {
        try {
            return Math.max(0, time.toEpochMilli());
        } catch (ArithmeticException e) {
            throw new Unsendable("the time is out of range");
        }
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String sequence(long sequence) {
        String digits = Long.toString(sequence);
        return ZEROS.substring(digits.length()) + digits;
    }

    private static <T> T present(String name, @Nullable T value) {
        if (value == null) {
            throw new Unsendable("the " + name + " is missing");
        }
        return value;
    }

    private static byte[] readable(byte[] payload) {
        try (JsonParser parser = JSON.createParser(payload)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                parser.skipChildren();
                if (parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null) {
                    return payload;
                }
            }
        } catch (IOException e) {
            // Its message quotes the payload, so it goes no further.
            throw new Unsendable("the payload is no JSON object");
        }
        throw new Unsendable("the payload is no JSON object");
    }
}
