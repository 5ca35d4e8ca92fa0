package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A program that knows nothing but the origin, its key and what the tools say of themselves. */
@ResourceLock(SharedNode.LOCK)
final class ToolsJourneyIT {
    @RegisterExtension
    static final SharedNode NODE = new SharedNode();

    // Breaks when a tool's description is not enough to send its request.
    @Test
    void callsTheApiFromNothingButItsTools() throws Exception {
        Tenant tenant = NODE.get().tenant("tools");
        String origin = NODE.get().node.api().replace("/api/agent/v1", "");
        Http http = new Http(origin, tenant.caller("partner").key());
        JsonNode tools = http.get("/api/agent/v1/tools").data().path("tools");
        JsonNode balance = named(tools, "balance on a card");
        JsonNode purchase = named(tools, "Record a purchase");
        JsonNode redeem = named(tools, "Redeem a reward");
        ObjectNode who = arguments(Map.of("id", tenant.id("members"), "cardId", tenant.id("cards")));
        ObjectNode what = arguments(Map.of("card_id", tenant.id("cards"), "member_identifier", tenant.id("members")));
        long before = call(http, balance, who).data().path("balance").longValue();

        ObjectNode bought = what.deepCopy().put("purchase_amount", 500).put("idempotency_key", "tools-1");
        Http.Answer first = call(http, purchase, bought);
        Http.Answer second = call(http, purchase, bought);
        Http.Answer spent = call(http, redeem, what.deepCopy().put("reward_id", tenant.id("rewards")));

        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(second.text()).isEqualTo(first.text());
        assertThat(second.response().headers().firstValue("Idempotent-Replayed"))
                .contains("true");
        assertThat(spent.status()).as(spent.text()).isEqualTo(200);
        long after = call(http, balance, who).data().path("balance").longValue();
        assertThat(after)
                .isEqualTo(before
                        + first.data().path("points_awarded").longValue()
                        - spent.data().path("points_deducted").longValue());
    }

    /** Sends a tool's request. All that is known of the API here is what "in" means. */
    private static Http.Answer call(Http http, JsonNode tool, ObjectNode arguments) {
        String path = tool.path("path").textValue();
        List<String> query = new ArrayList<>();
        List<String> headers = new ArrayList<>();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        for (var argument : arguments.properties()) {
            JsonNode place = tool.path("arguments").path(argument.getKey());
            String name = place.path("name").asText();
            String text = URLEncoder.encode(argument.getValue().asText(), StandardCharsets.UTF_8);
            switch (place.path("in").asText()) {
                case "path" -> path = path.replace("{" + name + "}", text);
                case "query" -> query.add(name + "=" + text);
                case "header" ->
                    headers.addAll(List.of(name, argument.getValue().asText()));
                case "body" -> body.set(name, argument.getValue());
                default -> throw new AssertionError(argument.getKey() + " has no place in " + tool);
            }
        }
        return http.send(
                tool.path("method").textValue(),
                query.isEmpty() ? path : path + "?" + String.join("&", query),
                headers,
                body.isEmpty() ? null : Http.Body.json(body));
    }

    /** The one tool whose description begins like this, or says this. */
    private static JsonNode named(JsonNode tools, String words) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode tool : tools) {
            if (tool.path("description").asText().split("\\. ", 2)[0].contains(words)) {
                found.add(tool);
            }
        }
        assertThat(found).as(words).hasSize(1);
        return found.getFirst();
    }

    private static ObjectNode arguments(Map<String, String> values) {
        ObjectNode arguments = JsonNodeFactory.instance.objectNode();
        values.forEach(arguments::put);
        return arguments;
    }
}
