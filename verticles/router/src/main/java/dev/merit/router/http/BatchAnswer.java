package dev.merit.router.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.platform.Json;
import java.util.HashMap;

/**
 * The answer to a batch: each item gets the status that it would have had alone, and errors their retry strategy. Both
 * follow from what the domain stored, so a repeat stays the same to the last byte.
 */
public final class BatchAnswer {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private BatchAnswer() {}

    /**
     * The outcome of a batch.
     *
     * @param success the status of an item that was carried out
     */
    public static Reply reply(Done<?> done, int success) {
        String stored = done.replayed();
        JsonNode batch = Json.read(stored == null ? Reply.json(done) : stored, JsonNode.class);
        JsonNode items = items(batch.path("items"), success);
        ((ObjectNode) batch).set("items", items);
        int wrong = Guesses.wrongIn(items);
        return new Reply(
                Json.write(batch), null, stored != null, false, wrong == 0 ? null : new Reply.Wrong(wrong, true));
    }

    /** The refusal of a batch whose items stand or fall together; any other failure as it is. */
    public static Throwable refusal(Throwable failure) {
        if (!(failure instanceof ProblemException refusal)
                || !refusal.problem().details().containsKey("items")) {
            return failure;
        }
        Problem problem = refusal.problem();
        var details = new HashMap<>(problem.details());
        details.put("items", items(Json.MAPPER.valueToTree(details.get("items")), 0));
        return new Problem(problem.code(), problem.message(), details).asException();
    }

    private static JsonNode items(JsonNode results, int success) {
        var items = NODES.arrayNode(results.size());
        for (JsonNode result : results) {
            ObjectNode item = items.addObject();
            item.set("index", result.path("index"));
            if (result.hasNonNull("error")) {
                Problems.Form form = Problems.of(
                        Code.valueOf(result.path("error").path("code").asText()));
                item.put("status", form.status());
                item.set("error", error(result.path("error"), form));
            } else {
                item.put("status", success);
                item.set("data", result.path("data"));
            }
        }
        return items;
    }

    private static ObjectNode error(JsonNode problem, Problems.Form form) {
        ObjectNode error = NODES.objectNode();
        error.put("error", true);
        error.set("code", problem.path("code"));
        error.set("message", problem.path("message"));
        error.put("retry_strategy", form.retry().word());
        if (!problem.path("details").isEmpty()) {
            error.set("details", problem.path("details"));
        }
        return error;
    }
}
