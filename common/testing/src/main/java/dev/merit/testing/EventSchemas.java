package dev.merit.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.merit.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** The published AsyncAPI document as a judge of records: what is sent has to be what consumers are told, and no more. */
public final class EventSchemas {
    private static final Path FOLDER = Path.of("deploy", "docs", "events");
    private static final int SHOWN_MAX = 10;

    /** A message of a topic: its schema and the fields that it may have. */
    private record Message(String name, Schema schema, Set<String> fields) {}

    private final Map<String, List<Message>> messagesByTopic = new HashMap<>();
    private final Schema headers;

    private EventSchemas(Path folder) throws IOException {
        JsonNode document = new YAMLMapper().readTree(Files.readString(folder.resolve("asyncapi.yaml")));
        headers = schema(document.at("/components/schemas/headers"));
        for (JsonNode channel : document.get("channels")) {
            List<Message> messages = new ArrayList<>();
            for (JsonNode message : channel.get("messages")) {
                JsonNode told = document.at(message.get("$ref").textValue().substring(1))
                        .at("/payload/schema/$ref");
                JsonNode payload = Json.MAPPER.readTree(Files.readString(folder.resolve(told.textValue())));
                messages.add(new Message(told.textValue(), schema(payload), names(payload.get("properties"))));
            }
            messagesByTopic.put(channel.get("address").textValue(), messages);
        }
    }

    /** Reads the document of this source tree, wherever in it the tests run. */
    public static EventSchemas load() {
        Path root = Path.of("").toAbsolutePath();
        while (root != null && !Files.isDirectory(root.resolve(FOLDER))) {
            root = root.getParent();
        }
        if (root == null) {
            throw new IllegalStateException(
                    "no " + FOLDER + " above " + Path.of("").toAbsolutePath());
        }
        try {
            return new EventSchemas(root.resolve(FOLDER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails when any record of a broker is not as the document says. Answers how many there were. */
    public static int checkAll(String bootstrapServers) {
        EventSchemas schemas = load();
        List<ConsumerRecord<byte[], byte[]>> records = TopicScan.read(bootstrapServers);
        List<String> faults = records.stream()
                .flatMap(record -> schemas.faults(record).stream()
                        .map(fault -> record.topic() + " " + record.partition() + "/" + record.offset() + ": " + fault))
                .toList();
        if (!faults.isEmpty()) {
            throw new AssertionError(faults.size() + " faults in " + records.size() + " events:\n"
                    + faults.stream().limit(SHOWN_MAX).collect(Collectors.joining("\n")));
        }
        return records.size();
    }

    /** What is wrong with a record; empty when nothing is. */
    public List<String> faults(ConsumerRecord<?, byte[]> record) {
        List<Message> messages = messagesByTopic.get(record.topic());
        if (messages == null) {
            return List.of("the document has no topic " + record.topic());
        }
        JsonNode payload;
        try {
            payload = Json.MAPPER.readTree(record.value());
        } catch (IOException e) {
            return List.of("the value is not JSON");
        }
        ObjectNode sent = JsonNodeFactory.instance.objectNode();
        record.headers().forEach(each -> sent.put(each.key(), text(each)));
        List<String> faults = new ArrayList<>();
        headers.validate(sent).forEach(error -> faults.add("header " + error));
        addOddLinks(faults, sent, payload, key(record));
        addOddPayload(faults, messages, payload);
        return faults;
    }

    /** What stands both in the headers and in the payload has to be the same. */
    private static void addOddLinks(List<String> faults, JsonNode sent, JsonNode payload, String key) {
        String event = payload.path("event").asText();
        if (!sent.path("ce_id").asText().equals(payload.path("id").asText())) {
            faults.add("ce_id is not the id");
        }
        if (!sent.path("ce_subject").asText().equals(payload.path("member_id").asText())
                || !key.equals(payload.path("member_id").asText())) {
            faults.add("ce_subject or the key is not the member");
        }
        if (!sent.path("ce_source")
                .asText()
                .endsWith(":" + payload.path("partner_id").asText())) {
            faults.add("ce_source is not the partner");
        }
        if (!sent.path("ce_type").asText().endsWith("." + event)) {
            faults.add("ce_type does not end with the event " + event);
        }
        JsonNode sequence = payload.get("account_sequence");
        if (sequence != null && sequence.asLong() != sent.path("ce_sequence").asLong()) {
            faults.add("ce_sequence is not the account's sequence");
        }
    }

    private static void addOddPayload(List<String> faults, List<Message> messages, JsonNode payload) {
        Set<String> fields = names(payload);
        Message message = messages.stream()
                .filter(each -> each.fields().equals(fields))
                .findFirst()
                .orElse(null);
        if (message == null) {
            faults.add("no message of the topic has just the fields " + fields);
        } else {
            message.schema().validate(payload).forEach(error -> faults.add(message.name() + " " + error));
        }
    }

    private static String key(ConsumerRecord<?, byte[]> record) {
        @Nullable Object key = record.key();
        return key instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(key);
    }

    private static String text(Header header) {
        return new String(header.value(), StandardCharsets.UTF_8);
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Schema schema(JsonNode node) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(node);
    }
}
