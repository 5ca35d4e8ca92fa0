package dev.merit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The running node's own OpenAPI document, read as a stranger reads it. */
final class ApiDocs {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

    private final JsonNode root;
    private final List<Operation> operations = new ArrayList<>();

    /**
     * One operation.
     *
     * @param path below the base path, with its parameters in braces
     * @param json as in the document
     */
    record Operation(String method, String path, JsonNode json) {
        /** The role whose keys it takes; "partner" for what every role may call. */
        String role() {
            return List.of("admin", "member").stream()
                    .filter(role -> path.startsWith("/" + role + "/"))
                    .findFirst()
                    .orElse("partner");
        }

        boolean isOpen() {
            return json.has("security");
        }

        boolean reads() {
            return method.equals("GET");
        }

        boolean hasBody() {
            return json.has("requestBody");
        }

        /** The document's example of a body, to be changed at will. */
        ObjectNode example() {
            return json.at("/requestBody/content/application~1json/example").deepCopy();
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    ApiDocs(JsonNode root) {
        this.root = root;
        for (var path : root.path("paths").properties()) {
            for (var method : path.getValue().properties()) {
                if (METHODS.contains(method.getKey())) {
                    operations.add(new Operation(
                            method.getKey().toUpperCase(Locale.ROOT), path.getKey(), merged(path.getValue(), method)));
                }
            }
        }
    }

    /** Everything that takes a key. */
    List<Operation> operations() {
        return operations.stream().filter(each -> !each.isOpen()).toList();
    }

    Operation operation(String method, String path) {
        return operations.stream()
                .filter(each -> each.method().equals(method) && each.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the document has no " + method + " " + path));
    }

    boolean has(String method, String path) {
        return operations.stream()
                .anyMatch(each -> each.method().equals(method) && each.path().equals(path));
    }

    /** What may be written: the properties of the body's schema that are not read-only. */
    Map<String, JsonNode> writable(Operation operation) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        JsonNode schema = resolved(operation.json().at("/requestBody/content/application~1json/schema"));
        for (var property : schema.path("properties").properties()) {
            JsonNode field = resolved(property.getValue());
            if (!field.path("readOnly").asBoolean()) {
                fields.put(property.getKey(), field);
            }
        }
        return fields;
    }

    List<String> required(Operation operation) {
        List<String> names = new ArrayList<>();
        resolved(operation.json().at("/requestBody/content/application~1json/schema"))
                .path("required")
                .forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Names of query parameters. */
    List<String> query(Operation operation) {
        List<String> names = new ArrayList<>();
        for (JsonNode each : operation.json().path("parameters")) {
            JsonNode parameter = resolved(each);
            if (parameter.path("in").asText().equals("query")) {
                names.add(parameter.path("name").asText());
            }
        }
        return names;
    }

    /** The property names of {@code data} in a good answer, sorted; of a row where it is a list; empty without any. */
    List<String> dataFields(Operation operation) {
        for (var response : operation.json().path("responses").properties()) {
            if (response.getKey().startsWith("2")) {
                JsonNode envelope = resolved(response.getValue().at("/content/application~1json/schema"));
                JsonNode data = resolved(envelope.path("properties").path("data"));
                JsonNode row = data.has("items") ? resolved(data.get("items")) : data;
                List<String> names = new ArrayList<>();
                row.path("properties").fieldNames().forEachRemaining(names::add);
                names.sort(null);
                return names;
            }
        }
        return List.of();
    }

    JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isTextual() ? resolved(root.at(reference.asText().substring(1))) : node;
    }

    /** Whether a field's schema is an id, or a list of ids. */
    boolean isId(@Nullable JsonNode schema) {
        if (schema == null) {
            return false;
        }
        JsonNode field = resolved(schema);
        return field.path("format").asText().equals("uuid") || (field.has("items") && isId(field.get("items")));
    }

    private static JsonNode merged(JsonNode item, Map.Entry<String, JsonNode> method) {
        ObjectNode json = method.getValue().deepCopy();
        ArrayNode parameters = json.withArrayProperty("parameters");
        item.path("parameters").forEach(parameters::add);
        return json;
    }
}
