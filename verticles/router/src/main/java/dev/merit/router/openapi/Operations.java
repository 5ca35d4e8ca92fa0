package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the operations out of the completed document. */
final class Operations {
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");

    private final Schemas schemas;

    private Operations(ObjectNode root) {
        this.schemas = new Schemas(root);
    }

    static List<Operation> of(ObjectNode root) {
        var reader = new Operations(root);
        List<Operation> operations = new ArrayList<>();
        for (var path : root.path("paths").properties()) {
            for (var method : path.getValue().properties()) {
                if (METHODS.contains(method.getKey())) {
                    operations.add(reader.operation(path, method));
                }
            }
        }
        return List.copyOf(operations);
    }

    private Operation operation(Map.Entry<String, JsonNode> item, Map.Entry<String, JsonNode> verb) {
        String path = item.getKey();
        String method = verb.getKey();
        JsonNode json = verb.getValue();
        String id = json.path("operationId").asText();
        if (id.isEmpty()) {
            throw new IllegalStateException(method + " " + path + " has no operationId");
        }
        Map<String, JsonNode> query = new LinkedHashMap<>();
        Set<String> ids = new HashSet<>();
        List<JsonNode> parameters = new ArrayList<>();
        item.getValue().path("parameters").forEach(parameters::add);
        json.path("parameters").forEach(parameters::add);
        for (JsonNode each : parameters) {
            JsonNode parameter = schemas.resolved(each);
            String name = parameter.path("name").asText();
            JsonNode schema = schemas.inlined(parameter.path("schema"));
            switch (parameter.path("in").asText()) {
                case "query" -> query.put(name, schema);
                case "path" -> {
                    if (schema.path("format").asText().equals("uuid")) {
                        ids.add(name);
                    }
                }
                default -> {} // Headers are the same for all operations and checked by hand.
            }
        }
        return new Operation(
                id,
                method.toUpperCase(Locale.ROOT),
                path,
                roleOf(path),
                strings(json.path("x-scopes")),
                json.has("x-permission") ? json.get("x-permission").asText() : null,
                success(id, json),
                Set.copyOf(ids),
                new QueryCheck(schemas, query),
                body(method, json),
                json.path("x-guessable").asBoolean(),
                json.has("security"));
    }

    private @Nullable BodyCheck body(String method, JsonNode json) {
        JsonNode body = schemas.resolved(json.path("requestBody"));
        JsonNode schema = body.path("content").path("application/json").path("schema");
        boolean required = body.path("required").asBoolean();
        return schema.isMissingNode()
                ? null
                : new BodyCheck(schemas, schemas.inlined(schema), method.equals("put"), required);
    }

    private static int success(String id, JsonNode json) {
        for (var response : json.path("responses").properties()) {
            if (response.getKey().startsWith("2")) {
                return Integer.parseInt(response.getKey());
            }
        }
        throw new IllegalStateException(id + " has no good answer");
    }

    private static @Nullable Role roleOf(String path) {
        for (Role role : Role.values()) {
            if (path.startsWith("/" + role.word() + "/")) {
                return role;
            }
        }
        return null;
    }

    private static List<String> strings(JsonNode array) {
        List<String> strings = new ArrayList<>();
        array.forEach(each -> strings.add(each.asText()));
        return List.copyOf(strings);
    }
}
