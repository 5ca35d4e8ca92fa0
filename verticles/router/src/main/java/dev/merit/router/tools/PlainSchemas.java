package dev.merit.router.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * Makes schemas that stand alone: references are followed, and only keywords are kept that every reader of tools takes.
 * What is dropped is checked by the API all the same.
 */
final class PlainSchemas {
    private static final Set<String> KEPT = Set.of(
            "type",
            "title",
            "description",
            "default",
            "enum",
            "const",
            "format",
            "pattern",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "minItems",
            "maxItems",
            "items",
            "properties",
            "required",
            "additionalProperties",
            "anyOf");

    /** Formats of the JSON Schema standard; of others some readers think that the schema is broken. */
    private static final Set<String> FORMATS = Set.of("date-time", "date", "uuid", "email", "uri");

    private final JsonNode document;

    PlainSchemas(JsonNode document) {
        this.document = document;
    }

    /** The node itself, or what it refers to; what stands beside a reference goes before what it leads to. */
    JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        if (!reference.isTextual()) {
            return node;
        }
        JsonNode target = resolved(document.at(reference.asText().substring(1)));
        if (!(target instanceof ObjectNode object)) {
            throw new IllegalStateException("nothing at " + reference.asText());
        }
        ObjectNode merged = object.deepCopy();
        for (var beside : node.properties()) {
            if (!beside.getKey().equals("$ref")) {
                merged.set(beside.getKey(), beside.getValue());
            }
        }
        return merged;
    }

    /** A schema of its own for one argument. */
    ObjectNode plain(JsonNode schema) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (var entry : resolved(schema).properties()) {
            String keyword = entry.getKey();
            JsonNode value = entry.getValue();
            if (!KEPT.contains(keyword) || (keyword.equals("format") && !FORMATS.contains(value.asText()))) {
                continue;
            }
            copy.set(keyword, part(keyword, value));
        }
        return copy;
    }

    private JsonNode part(String keyword, JsonNode value) {
        return switch (keyword) {
            case "items" -> plain(value);
            case "additionalProperties" -> value.isObject() ? plain(value) : value;
            case "properties" -> properties(value);
            case "anyOf" -> {
                ArrayNode all = JsonNodeFactory.instance.arrayNode();
                value.forEach(each -> all.add(plain(each)));
                yield all;
            }
            case "description" -> JsonNodeFactory.instance.textNode(unbroken(value.asText()));
            default -> value.deepCopy();
        };
    }

    /** Without what only answers carry. */
    private ObjectNode properties(JsonNode value) {
        ObjectNode properties = JsonNodeFactory.instance.objectNode();
        for (var property : value.properties()) {
            if (!resolved(property.getValue()).path("readOnly").asBoolean()) {
                properties.set(property.getKey(), plain(property.getValue()));
            }
        }
        return properties;
    }

    /** A text as it is read, not as it was broken into lines; only tables keep theirs. */
    static String unbroken(String text) {
        return text.strip().replaceAll("(?<![|\\s])\\s*\\n\\s*+(?!\\|)", " ").replaceAll("\\n\\s*\\n", "\n");
    }
}
