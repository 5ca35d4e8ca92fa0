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
import dev.merit.contracts.event.LoyaltyEvent.TransactionRecorded;
import dev.merit.events.Samples.Account;
import dev.merit.events.store.OutboxEvent;
import dev.merit.platform.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What consumers are told is what is sent. */
class EventDocumentsTest {
    private static final Path FOLDER = Path.of("../../deploy/docs/events");
    private static final Path SCHEMA = FOLDER.resolve("transaction-recorded.schema.json");
    private static final Path ASYNC_API = FOLDER.resolve("asyncapi.yaml");

    /** With this property the schema is written instead of compared: {@code -Dmerit.docs.write=true}. */
    private static final boolean WRITE = Boolean.getBoolean("merit.docs.write");

    private static final Map<String, String> DESCRIPTIONS = Map.ofEntries(
            Map.entry("id", "The entry's id, which the API names too; the same as ce_id."),
            Map.entry("partner_id", "The partner whose club the card belongs to."),
            Map.entry("club_id", "The card's club."),
            Map.entry("card_id", "The card; with the member it names the account."),
            Map.entry("member_id", "The member; the same as the record key."),
            Map.entry("account_sequence", "The entry's number in its account: 1, 2, 3 … without a gap."),
            Map.entry(
                    "event", "What happened, for example staff_credited_points_for_purchase or system_expired_points."),
            Map.entry("points", "What the entry adds to the balance; negative when it takes."),
            Map.entry("balance_after", "The account's balance with this entry."),
            Map.entry("purchase_amount", "What was paid, in currency; null when it was no purchase."),
            Map.entry("currency", "ISO 4217 code of the amount."),
            Map.entry("base_points", "Points by the card's rules alone, before the cap."),
            Map.entry("tier_bonus_points", "Points that the tier's multiplier added, before the cap."),
            Map.entry("initial_bonus_points", "The welcome bonus contained in points."),
            Map.entry("multiplier", "The multiplier of the member's tier."),
            Map.entry("rules", "The card's earning rules at that moment; null where none were applied."),
            Map.entry("rules.points_per_currency", "Points for each unit of currency."),
            Map.entry("rules.currency_unit_amount", "How much money is a unit."),
            Map.entry("rules.min_purchase_amount", "Below this a purchase earned nothing; null is no minimum."),
            Map.entry("rules.max_points_per_purchase", "The cap; null is none."),
            Map.entry("rules.initial_bonus_points", "The welcome bonus for the first purchase on the card."),
            Map.entry("rules.points_expire_months", "After how many months points expire; null is never."),
            Map.entry("points_expire_at", "When these points expire; null when never, or when points were taken."),
            Map.entry("staff_id", "Who did it; null when the system or a key did."),
            Map.entry("reward_id", "The reward redeemed."),
            Map.entry("voucher_id", "The voucher that gave the points."),
            Map.entry("reverses", "The entry that this one takes back, wholly or in part."),
            Map.entry("order_reference", "The caller's own reference."),
            Map.entry("occurred_at", "When it happened, as the caller says."),
            Map.entry("created_at", "When the entry was written; the same moment as ce_time."),
            Map.entry("request_id", "The HTTP request behind it, as in its answer and in the logs."));

    @Test
    void publishesTheSchemaOfWhatIsSent() throws IOException {
        // Fails when a field of the event changes: then look at the difference, as every consumer will have to.
        String schema = pretty(PayloadSchema.of(TransactionRecorded.class, DESCRIPTIONS));
        if (WRITE) {
            Files.writeString(SCHEMA, schema);
        }
        assertThat(schema)
                .as("regenerate with -Dmerit.docs.write=true and review the change")
                .isEqualTo(Files.readString(SCHEMA));
    }

    @Test
    void acceptsWhatIsReallyWritten() throws IOException {
        Schema schema = schema(Json.MAPPER.readTree(Files.readString(SCHEMA)));
        Account account = Account.fresh();
        for (TransactionRecorded event : List.of(Samples.purchase(account, 1), Samples.expiry(account, 2))) {
            JsonNode payload = Json.MAPPER.readTree(Json.write(event));
            assertThat(schema.validate(payload)).isEmpty();
            ((ObjectNode) payload).remove("account_sequence");
            assertThat(schema.validate(payload)).isNotEmpty();
        }
    }

    @Test
    void describesTheTopicAsItIsMade() throws IOException {
        JsonNode document = document();
        JsonNode channel = document.at("/channels/transactions");
        assertThat(Topics.ALL).containsExactly(channel.get("address").textValue());
        assertThat(channel.at("/bindings/kafka/topic")).isEqualTo(channel.get("address"));
        assertThat(channel.at("/bindings/kafka/partitions").intValue()).isEqualTo(Topics.PARTITIONS);
        assertThat(document.at("/components/messages/transactionRecorded/payload/schema/$ref")
                        .textValue())
                .isEqualTo("./" + SCHEMA.getFileName());
    }

    @Test
    void describesTheHeadersAsTheyAreSent() throws IOException {
        JsonNode described = document().at("/components/schemas/headers");
        TransactionRecorded event = Samples.purchase(Account.fresh(), 7);
        JsonNode sent = headers(event);
        assertThat(sent.fieldNames()).toIterable().containsExactlyElementsOf(names(described.get("properties")));
        assertThat(schema(described).validate(sent)).isEmpty();
    }

    @Test
    void showsAnExampleThatCouldBeReal() throws IOException {
        JsonNode example = document().at("/components/messages/transactionRecorded/examples/0");
        TransactionRecorded event = Json.MAPPER.convertValue(example.get("payload"), TransactionRecorded.class);
        assertThat(schema(Json.MAPPER.readTree(Files.readString(SCHEMA))).validate(example.get("payload")))
                .isEmpty();
        assertThat(headers(event)).isEqualTo(example.get("headers"));
    }

    private static JsonNode headers(TransactionRecorded event) {
        ObjectNode headers = Json.MAPPER.createObjectNode();
        var stored = new OutboxEvent(
                event.topic(),
                event.eventId(),
                event.type(),
                event.partner().value(),
                event.member().value(),
                event.sequence(),
                event.time(),
                Json.write(event));
        CloudEvents.record(stored)
                .headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
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
