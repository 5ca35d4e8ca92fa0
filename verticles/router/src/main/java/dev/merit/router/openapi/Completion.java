package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes out what the hand-written files abbreviate, so that the published document is plain OpenAPI:
 *
 * <ul>
 *   <li>{@code x-complete: true} on a schema: answers always carry every property.
 *   <li>{@code x-create-of: Card} and {@code x-update-of: Card}: the body of a POST or PUT, made from the resource's
 *       own properties. {@code x-fields} narrows which may be written; else all that are not {@code readOnly}. A PUT
 *       accepts the others as {@code readOnly}, and has neither defaults nor required fields.
 *   <li>{@code x-data: Card}, {@code x-list-of: Card} on a response: the envelope around it, {@code CardAnswer} or
 *       {@code CardList} among the components.
 *   <li>{@code x-shared} in the root: parameters and responses that every operation of a method has; those of {@code
 *       -tagged} belong to what has an entity tag: resources that can be changed, and reads with {@code x-tagged: true}.
 * </ul>
 */
final class Completion {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String REF = "$ref";
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

    private final ObjectNode root;
    private final ObjectNode schemas;
    private final JsonNode shared;

    private Completion(ObjectNode root) {
        this.root = root;
        this.schemas = (ObjectNode) root.path("components").path("schemas");
        this.shared = root.path("x-shared");
        root.remove("x-shared");
    }

    static void complete(ObjectNode root) {
        var completion = new Completion(root);
        List<String> names = new ArrayList<>();
        completion.schemas.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            completion.body((ObjectNode) completion.schemas.get(name));
        }
        for (String name : names) {
            completion.always((ObjectNode) completion.schemas.get(name));
        }
        completion.operations();
        Types.complete(root);
    }

    private void always(ObjectNode schema) {
        if (schema.remove("x-complete") != null) {
            ArrayNode required = schema.putArray("required");
            schema.path("properties").fieldNames().forEachRemaining(required::add);
        }
    }

    private void body(ObjectNode schema) {
        boolean update = schema.has("x-update-of");
        JsonNode of = schema.remove(update ? "x-update-of" : "x-create-of");
        if (of == null) {
            return;
        }
        Set<String> writable = new HashSet<>();
        JsonNode fields = schema.remove("x-fields");
        if (fields != null) {
            fields.forEach(field -> writable.add(field.asText()));
        }
        ObjectNode properties = NODES.objectNode();
        for (var property : schemas.path(of.asText()).path("properties").properties()) {
            ObjectNode copy = property.getValue().deepCopy();
            boolean write = fields == null ? !copy.path("readOnly").asBoolean() : writable.contains(property.getKey());
            if (write) {
                copy.remove("readOnly");
            }
            if (update) {
                withoutDefaults(copy);
                copy.put("readOnly", !write);
            }
            if (write || update) {
                properties.set(property.getKey(), copy);
            }
        }
        if (schema.get("properties") instanceof ObjectNode own) {
            properties.setAll(own);
        }
        schema.put("type", "object");
        schema.set("properties", properties);
        schema.put("additionalProperties", false);
    }

    private static void withoutDefaults(ObjectNode schema) {
        schema.remove("default");
        schema.path("properties").forEach(property -> withoutDefaults((ObjectNode) property));
    }

    private void operations() {
        for (var path : root.path("paths").properties()) {
            for (var method : path.getValue().properties()) {
                if (METHODS.contains(method.getKey())) {
                    operation(method.getKey(), (ObjectNode) method.getValue(), isTagged(path.getValue(), method));
                }
            }
        }
    }

    /** Whatever can be read and changed has a version; what is only read says so with {@code x-tagged}. */
    private static boolean isTagged(JsonNode path, Map.Entry<String, JsonNode> operation) {
        return path.has("get") && (path.has("put") || operation.getValue().has("x-tagged"));
    }

    private void operation(String method, ObjectNode operation, boolean tagged) {
        boolean open = operation.has("security");
        ObjectNode responses = (ObjectNode) operation.path("responses");
        for (var response : responses.properties()) {
            if (response.getKey().startsWith("2")) {
                success((ObjectNode) response.getValue(), open);
                if (tagged && method.equals("get")) {
                    ((ObjectNode) response.getValue())
                            .withObjectProperty("headers")
                            .set("ETag", reference("headers", "ETag"));
                }
            }
        }
        if (!open) {
            share(operation, responses, shared.path("every"));
            share(operation, responses, shared.path(method));
            if (tagged) {
                share(operation, responses, shared.path(method + "-tagged"));
            }
        }
    }

    private static void share(ObjectNode operation, ObjectNode responses, JsonNode common) {
        for (JsonNode parameter : common.path("parameters")) {
            operation.withArrayProperty("parameters").add(parameter);
        }
        for (var response : common.path("responses").properties()) {
            if (!responses.has(response.getKey())) {
                responses.set(response.getKey(), response.getValue());
            }
        }
    }

    private void success(ObjectNode response, boolean open) {
        JsonNode one = response.remove("x-data");
        JsonNode list = response.remove("x-list-of");
        if (one != null) {
            String name = one.asText();
            content(response, name + "Answer", envelope(reference("schemas", name)), example(name));
        }
        if (list != null) {
            ObjectNode items = NODES.objectNode().put("type", "array");
            items.set("items", reference("schemas", list.asText()));
            ObjectNode envelope = envelope(items);
            envelope.withObjectProperty("properties").set("pagination", reference("schemas", "Pagination"));
            envelope.withArrayProperty("required").add("pagination");
            JsonNode row = example(list.asText());
            content(
                    response,
                    list.asText() + "List",
                    envelope,
                    row == null ? null : NODES.arrayNode().add(row));
        }
        if (!open) {
            ObjectNode headers = response.withObjectProperty("headers");
            for (var header : shared.path("headers").properties()) {
                headers.set(header.getKey(), header.getValue());
            }
        }
    }

    private void content(ObjectNode response, String name, ObjectNode schema, @Nullable JsonNode data) {
        ObjectNode json = response.withObjectProperty("content").withObjectProperty("application/json");
        json.set("schema", named(name, schema));
        if (data != null) {
            ObjectNode example = json.putObject("example").put("error", false);
            example.set("data", data);
            if (schema.path("properties").has("pagination")) {
                example.set("pagination", example("Pagination"));
            }
        }
    }

    private @Nullable JsonNode example(String schema) {
        JsonNode example = schemas.path(schema).path("example");
        return example.isMissingNode() ? null : example;
    }

    /** Puts a schema among the components, once for all operations that answer with it. */
    private ObjectNode named(String name, ObjectNode schema) {
        JsonNode earlier = schemas.get(name);
        if (earlier != null && !earlier.equals(schema)) {
            throw new IllegalStateException("two schemas are called " + name);
        }
        schemas.set(name, schema);
        return reference("schemas", name);
    }

    private static ObjectNode envelope(JsonNode data) {
        ObjectNode schema = NODES.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("error").put("const", false);
        properties.set("data", data);
        schema.putArray("required").add("error").add("data");
        return schema;
    }

    private static ObjectNode reference(String kind, String name) {
        return NODES.objectNode().put(REF, "#/components/" + kind.toLowerCase(Locale.ROOT) + "/" + name);
    }
}
