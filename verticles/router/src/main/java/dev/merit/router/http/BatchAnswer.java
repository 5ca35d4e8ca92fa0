package dev.merit.router.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.points.PointsRequest.BatchResult;
import dev.merit.contracts.points.PointsRequest.Purchased;
import dev.merit.contracts.points.PointsRequest.PurchasedBatch;
import dev.merit.platform.Json;
import java.util.HashMap;
import java.util.Objects;

/**
 * The answer to a batch: each item gets the status that it would have had alone, and errors their retry strategy. Both
 * follow from what the domain stored, so a repeat stays the same to the last byte. An item was refused when it has an
 * {@code error}, whatever else it has, the first time and in every repeat.
 */
public final class BatchAnswer {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private BatchAnswer() {}

    /**
     * The outcome of a batch.
     *
     * @param success the status of an item that was carried out
     */
    public static Reply reply(Done<PurchasedBatch> done, int success) {
        String stored = done.replayed();
        ObjectNode batch = stored == null ? fresh(done.body(), success) : repeated(stored, success);
        int wrong = Guesses.wrongIn(batch.path("items"));
        return new Reply(
                Json.write(batch), null, stored != null, false, wrong == 0 ? null : new Reply.Wrong(wrong, true));
    }

    private static ObjectNode repeated(String stored, int success) {
        ObjectNode batch = Json.read(stored, ObjectNode.class);
        batch.set("items", items(batch.path("items"), success));
        return batch;
    }

    /** What a repeat would say, without reading again what is known. */
    private static ObjectNode fresh(PurchasedBatch batch, int success) {
        ObjectNode answer = NODES.objectNode();
        var items = answer.putArray("items");
        for (BatchResult result : batch.items()) {
            ObjectNode item = items.addObject().put("index", result.index());
            if (result.error() != null) {
                put(item, Json.MAPPER.valueToTree(result.error()));
            } else {
                Purchased data = Objects.requireNonNull(result.data(), "an item without anything");
                item.put("status", success).putRawValue("data", new RawValue(Json.write(data)));
            }
        }
        return answer.put("succeeded", batch.succeeded()).put("failed", batch.failed());
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
                put(item, result.path("error"));
            } else {
                item.put("status", success);
                item.set("data", result.path("data"));
            }
        }
        return items;
    }

    private static void put(ObjectNode item, JsonNode problem) {
        Problems.Form form = Problems.of(Code.valueOf(problem.path("code").asText()));
        item.put("status", form.status());
        item.set("error", error(problem, form));
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
