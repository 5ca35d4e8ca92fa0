package dev.merit.router.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.router.openapi.Operation;
import dev.merit.router.tools.Argument.Place;
import dev.merit.router.tools.Tool.Effect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads tools out of the completed document. */
final class Tools {
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private final JsonNode document;
    private final PlainSchemas schemas;
    private final String base;

    Tools(JsonNode document) {
        this.document = document;
        this.schemas = new PlainSchemas(document);
        this.base = document.path("servers").path(0).path("url").asText();
    }

    Tool of(Operation operation) {
        JsonNode item = document.path("paths").path(operation.path());
        JsonNode json = item.path(operation.method().toLowerCase(Locale.ROOT));
        String title = json.path("summary").asText();
        String path = base + operation.path();
        String mark = title.endsWith("?") ? "" : ".";
        String head = title + mark + " " + operation.method() + " " + path + ".";
        JsonNode body = schemas.resolved(json.path("requestBody"));
        JsonNode schema =
                schemas.resolved(body.path("content").path("application/json").path("schema"));
        return new Tool(
                operation.id().replace('.', '_'),
                title,
                head,
                rest(json, schema),
                operation.method(),
                path,
                arguments(item, json, schema, body.path("required").asBoolean()),
                effect(operation, json));
    }

    private static String rest(JsonNode operation, JsonNode body) {
        StringBuilder rest = new StringBuilder(
                PlainSchemas.unbroken(operation.path("description").asText()));
        List<String> either = new ArrayList<>();
        body.path("x-exactly-one").forEach(name -> either.add(name.asText()));
        if (!either.isEmpty()) {
            rest.append(rest.isEmpty() ? "" : " ")
                    .append("Give exactly one of ")
                    .append(String.join(" and ", either))
                    .append('.');
        }
        return rest.toString();
    }

    private List<Argument> arguments(JsonNode item, JsonNode operation, JsonNode body, boolean bodyRequired) {
        List<JsonNode> parameters = new ArrayList<>();
        operation.path("parameters").forEach(each -> parameters.add(schemas.resolved(each)));
        item.path("parameters").forEach(each -> parameters.add(schemas.resolved(each)));
        var arguments = new Arguments();
        for (Place place : List.of(Place.PATH, Place.QUERY, Place.HEADER)) {
            for (JsonNode parameter : parameters) {
                if (parameter.path("in").asText().equals(place.word()) && isArgument(place, parameter)) {
                    arguments.add(
                            place,
                            parameter.path("name").asText(),
                            described(parameter),
                            parameter.path("required").asBoolean());
                }
            }
        }
        Set<String> required = new HashSet<>();
        body.path("required").forEach(name -> required.add(name.asText()));
        for (var property : schemas.plain(body).path("properties").properties()) {
            String name = property.getKey();
            arguments.add(Place.BODY, name, (ObjectNode) property.getValue(), bodyRequired && required.contains(name));
        }
        return arguments.all();
    }

    /** The other headers are for HTTP clients: caches, proxies and whoever reads logs. */
    private static boolean isArgument(Place place, JsonNode parameter) {
        return place != Place.HEADER || parameter.path("name").asText().equals(IDEMPOTENCY_KEY);
    }

    private ObjectNode described(JsonNode parameter) {
        ObjectNode schema = schemas.plain(parameter.path("schema"));
        String description = PlainSchemas.unbroken(parameter.path("description").asText());
        return description.isEmpty() ? schema : schema.put("description", description);
    }

    private static Effect effect(Operation operation, JsonNode json) {
        if (json.has("x-effect")) {
            return Effect.valueOf(json.get("x-effect").asText().toUpperCase(Locale.ROOT));
        }
        return switch (operation.method()) {
            case "GET" -> Effect.READ;
            case "POST" -> Effect.ADD;
            default -> Effect.CHANGE;
        };
    }
}
