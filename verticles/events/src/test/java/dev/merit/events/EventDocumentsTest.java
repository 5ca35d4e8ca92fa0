package dev.merit.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.merit.contracts.event.LoyaltyEvent;
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.events.Samples.Account;
import dev.merit.events.store.OutboxEvent;
import dev.merit.platform.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What consumers are told is what is sent. */
class EventDocumentsTest {
    private static final Path FOLDER = Path.of("../../deploy/docs/events");
    private static final Path ASYNC_API = FOLDER.resolve("asyncapi.yaml");

    /** With this property schemas are written instead of compared: {@code -Dmerit.docs.write=true}. */
    private static final boolean WRITE = Boolean.getBoolean("merit.docs.write");

    static List<EventDocument> documents() {
        return EventDocument.ALL;
    }

    @Test
    void documentsEveryEvent() {
        List<Class<?>> documented =
                EventDocument.ALL.stream().<Class<?>>map(EventDocument::type).toList();
        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(records(LoyaltyEvent.class).toList());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void publishesTheSchemaOfWhatIsSent(EventDocument event) throws IOException {
        // Fails when a field of the event changes: then look at the difference, as every consumer will have to.
        String schema = pretty(PayloadSchema.of(event.type().asSubclass(Record.class), event.words()));
        Path file = FOLDER.resolve(event.schemaFile());
        if (WRITE) {
            Files.writeString(file, schema);
        }
        assertThat(schema)
                .as("regenerate with -Dmerit.docs.write=true and review the change")
                .isEqualTo(Files.readString(file));
    }

    @Test
    void acceptsWhatIsReallyWritten() throws IOException {
        Schema schema = schema(EventDocument.ALL.getFirst());
        Account account = Account.fresh();
        for (TransactionRecorded event : List.of(Samples.purchase(account, 1), Samples.expiry(account, 2))) {
            JsonNode payload = Json.MAPPER.readTree(Json.write(event));
            assertThat(schema.validate(payload)).isEmpty();
            ((ObjectNode) payload).remove("account_sequence");
            assertThat(schema.validate(payload)).isNotEmpty();
        }
    }

    @Test
    void describesTheTopicsAsTheyAreMade() throws IOException {
        JsonNode channels = document().get("channels");
        assertThat(channels.valueStream().map(channel -> channel.get("address").textValue()))
                .containsExactlyElementsOf(Topics.ALL);
        for (JsonNode channel : channels) {
            assertThat(channel.at("/bindings/kafka/topic")).isEqualTo(channel.get("address"));
            assertThat(channel.at("/bindings/kafka/partitions").intValue()).isEqualTo(Topics.PARTITIONS);
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void describesTheMessage(EventDocument event) throws IOException {
        JsonNode document = document();
        String reference = "#/components/messages/" + event.message();
        assertThat(document.at("/channels/" + event.channel() + "/messages/" + event.message() + "/$ref")
                        .textValue())
                .isEqualTo(reference);
        assertThat(document.at(reference.substring(1) + "/payload/schema/$ref").textValue())
                .isEqualTo("./" + event.schemaFile());
    }

    @Test
    void describesTheHeadersAsTheyAreSent() throws IOException {
        JsonNode described = document().at("/components/schemas/headers");
        JsonNode sent = headers(Samples.purchase(Account.fresh(), 7), 7);
        assertThat(sent.fieldNames()).toIterable().containsExactlyElementsOf(names(described.get("properties")));
        assertThat(schema(described).validate(sent)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void showsAnExampleThatCouldBeReal(EventDocument event) throws IOException {
        JsonNode example = document().at("/components/messages/" + event.message() + "/examples/0");
        LoyaltyEvent read = Json.MAPPER.convertValue(example.get("payload"), event.type());
        assertThat(schema(event).validate(example.get("payload"))).isEmpty();
        long sequence = example.at("/headers/ce_sequence").asLong();
        assertThat(headers(read, sequence)).isEqualTo(example.get("headers"));
        assertThat(document().at("/channels/" + event.channel() + "/address").textValue())
                .isEqualTo(read.topic());
    }

    private static JsonNode headers(LoyaltyEvent event, long sequence) {
        ObjectNode headers = Json.MAPPER.createObjectNode();
        var stored = new OutboxEvent(
                event.topic(),
                event.eventId(),
                event.type(),
                event.partner().value(),
                event.member().value(),
                sequence,
                event.time(),
                Buffer.buffer(Json.write(event)));
        CloudEvents.record(stored)
                .headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    private static Stream<Class<?>> records(Class<?> root) {
        return Arrays.stream(root.getPermittedSubclasses())
                .flatMap(type -> type.isSealed() ? records(type) : Stream.of(type));
    }

    private static Schema schema(EventDocument event) throws IOException {
        return schema(Json.MAPPER.readTree(Files.readString(FOLDER.resolve(event.schemaFile()))));
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream().map(Map.Entry::getKey).toList();
    }

    private static JsonNode document() throws IOException {
        return new YAMLMapper().readTree(Files.readString(ASYNC_API));
    }

    private static Schema schema(JsonNode node) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(node);
    }

    private static String pretty(JsonNode node) throws IOException {
        var lines = new DefaultPrettyPrinter();
        lines.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        return Json.MAPPER.writer(lines).writeValueAsString(node) + "\n";
    }
}
