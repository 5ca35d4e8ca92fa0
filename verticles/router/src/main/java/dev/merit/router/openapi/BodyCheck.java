package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks the body of one operation. A POST gets the defaults of the document; a PUT keeps what it was given, but for
 * the resource's read-only fields, which are accepted and ignored.
 */
public final class BodyCheck {
    private final JsonNode rules;
    private final Schema schema;
    private final boolean update;
    private final boolean required;
    private final @Nullable ItemsCheck items;
    private final List<String> readOnly = new ArrayList<>();

    BodyCheck(Schemas schemas, JsonNode rules, boolean update, boolean required) {
        this.rules = rules;
        this.update = update;
        this.required = required;
        for (var property : rules.path("properties").properties()) {
            if (property.getValue().path("readOnly").asBoolean()) {
                readOnly.add(property.getKey());
            }
        }
        this.items = ItemsCheck.of(schemas, rules);
        JsonNode checked = items == null ? rules : items.withoutItems(rules);
        if (!readOnly.isEmpty()) {
            checked = checked.deepCopy();
            ((ObjectNode) checked.get("properties")).remove(readOnly);
        }
        this.schema = schemas.compiled(checked);
    }

    /** Whether there has to be a body; one that is left out is read as an empty object. */
    public boolean isRequired() {
        return required;
    }

    /**
     * Reads the bytes of a body; what is wrong with its fields goes to the complaints.
     *
     * @throws dev.merit.contracts.ProblemException when it is not JSON at all
     */
    public ObjectNode read(byte[] bytes, Complaints complaints) {
        boolean leftOut = bytes.length == 0 && !required;
        ObjectNode body = leftOut ? JsonNodeFactory.instance.objectNode() : JsonBody.parsed(bytes);
        if (items == null) {
            JsonBody.clean(body, complaints);
        } else {
            items.clean(body, complaints);
        }
        body.remove(readOnly);
        complaints.addAll(schema.validate(body));
        exactlyOne(body, complaints);
        inOrder(body, complaints);
        if (!update) {
            fill(body, rules);
        }
        return body;
    }

    /** What checks the items of a batch; null when the body is none. */
    public @Nullable ItemsCheck items() {
        return items;
    }

    /** The document's {@code x-exactly-one}: fields of which one and only one is given. */
    private void exactlyOne(ObjectNode body, Complaints complaints) {
        List<String> names = new ArrayList<>();
        List<String> given = new ArrayList<>();
        for (JsonNode name : rules.path("x-exactly-one")) {
            names.add(name.asText());
            if (body.hasNonNull(name.asText())) {
                given.add(name.asText());
            }
        }
        boolean neither = given.isEmpty() && !names.isEmpty() && !update;
        if (neither || given.size() > 1) {
            String field = names.getFirst();
            if (!complaints.has(field)) {
                complaints.add(field, "exactly one of " + String.join(" and ", names) + " must be given");
            }
        }
    }

    /** The document's {@code x-in-order}: two times, of which the second is not before the first. */
    private void inOrder(ObjectNode body, Complaints complaints) {
        JsonNode pair = rules.path("x-in-order");
        String first = pair.path(0).asText();
        String second = pair.path(1).asText();
        if (body.hasNonNull(first) && body.hasNonNull(second) && !complaints.has(first) && !complaints.has(second)) {
            Instant from = Instant.parse(body.get(first).asText());
            Instant until = Instant.parse(body.get(second).asText());
            if (until.isBefore(from)) {
                complaints.add(second, "must not be before " + first);
            }
        }
    }

    private static void fill(ObjectNode object, JsonNode rules) {
        for (var property : rules.path("properties").properties()) {
            JsonNode standard = standard(property.getValue());
            if (standard != null && !object.has(property.getKey())) {
                object.set(property.getKey(), standard.deepCopy());
            }
            if (object.get(property.getKey()) instanceof ObjectNode inner) {
                fill(inner, property.getValue());
            }
        }
    }

    /**
     * An object has a default when all that is in it has one. Written out, it would be a default that few tools read.
     */
    private static @Nullable JsonNode standard(JsonNode rules) {
        JsonNode standard = rules.get("default");
        JsonNode inner = rules.path("properties");
        if (standard != null || !rules.path("type").asText().equals("object") || inner.isEmpty()) {
            return standard;
        }
        for (JsonNode each : inner) {
            if (standard(each) == null) {
                return null;
            }
        }
        return JsonNodeFactory.instance.objectNode();
    }
}
