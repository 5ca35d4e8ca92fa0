package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import dev.merit.contracts.Problem;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks the items of a batch each by itself, so that a bad one spoils no other. Which list that is, says the
 * document's {@code x-apart} on it; its value names the fields that each item must have for the batch to make any
 * sense.
 */
public final class ItemsCheck {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /**
     * One item.
     *
     * @param body cleaned; it is of use only when there are no complaints
     * @param bytes as they were sent
     * @param complaints about its fields, which are named from the item on
     */
    public record Item(ObjectNode body, Buffer bytes, Complaints complaints) {}

    private final String list;
    private final Schema schema;

    private ItemsCheck(String list, Schema schema) {
        this.list = list;
        this.schema = schema;
    }

    /** The check that the rules of a body ask for, if they do. */
    static @Nullable ItemsCheck of(Schemas schemas, JsonNode rules) {
        for (var property : rules.path("properties").properties()) {
            if (property.getValue().has("x-apart")) {
                return new ItemsCheck(
                        property.getKey(), schemas.compiled(property.getValue().path("items")));
            }
        }
        return null;
    }

    /** The same rules, but of the items only what a batch cannot do without. */
    JsonNode withoutItems(JsonNode rules) {
        ObjectNode copy = rules.deepCopy();
        ObjectNode property = (ObjectNode) copy.path("properties").path(list);
        ObjectNode items = NODES.objectNode().put("type", "object");
        items.set("required", property.path("x-apart"));
        ObjectNode properties = items.putObject("properties");
        for (JsonNode name : property.path("x-apart")) {
            properties.set(
                    name.asText(), property.path("items").path("properties").path(name.asText()));
        }
        property.set("items", items);
        return copy;
    }

    /** Cleans a parsed body, but for the items. */
    void clean(ObjectNode body, Complaints complaints) {
        JsonNode items = body.remove(list);
        JsonBody.clean(body, complaints);
        if (items != null) {
            body.set(list, items);
        }
    }

    /** Reads the items of a body about whose form there was no complaint. */
    public List<Item> read(ObjectNode body, byte[] bytes) {
        List<byte[]> elements = JsonBody.elements(bytes, list);
        List<Item> items = new ArrayList<>(elements.size());
        for (JsonNode element : body.path(list)) {
            byte[] slice = elements.get(items.size());
            if (slice.length == 0) {
                throw Problem.of(Problem.Code.MALFORMED_JSON, "The body must be in UTF-8.")
                        .asException();
            }
            var complaints = new Complaints();
            ObjectNode item = (ObjectNode) element;
            JsonBody.clean(item, complaints);
            complaints.addAll(schema.validate(item));
            items.add(new Item(item, Buffer.buffer(slice), complaints));
        }
        return items;
    }
}
