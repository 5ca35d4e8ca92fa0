package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks query parameters: text becomes the type that the document declares, and defaults are filled in. */
public final class QueryCheck {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");

    private final Map<String, JsonNode> parameters;
    private final Schema schema;

    QueryCheck(Schemas schemas, Map<String, JsonNode> parameters) {
        this.parameters = Map.copyOf(parameters);
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("type", "object");
        object.putObject("properties").setAll(parameters);
        object.put("additionalProperties", false);
        this.schema = schemas.compiled(object);
    }

    /** Reads the parameters; what is wrong goes to the complaints. */
    public ObjectNode read(Iterable<Map.Entry<String, String>> query, Complaints complaints) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        for (var each : query) {
            String name = each.getKey();
            if (values.has(name)) {
                complaints.add(name, "is given more than once");
            }
            if (!Texts.isClean(each.getValue()) || !Texts.isClean(name)) {
                complaints.add(name, Texts.UNCLEAN);
            }
            values.set(name, value(each.getValue().strip(), typeOf(name)));
        }
        if (!values.isEmpty()) {
            complaints.addAll(schema.validate(values));
        }
        for (var parameter : parameters.entrySet()) {
            JsonNode standard = parameter.getValue().get("default");
            if (standard != null && !values.has(parameter.getKey())) {
                values.set(parameter.getKey(), standard);
            }
        }
        return values;
    }

    private String typeOf(String name) {
        JsonNode parameter = parameters.get(name);
        return parameter == null ? "string" : parameter.path("type").asText();
    }

    private static JsonNode value(String text, String type) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        if (type.equals("integer") && INTEGER.matcher(text).matches()) {
            return nodes.numberNode(Long.parseLong(text));
        }
        if (type.equals("boolean") && List.of("true", "false").contains(text)) {
            return nodes.booleanNode(text.equals("true"));
        }
        return nodes.textNode(text);
    }
}
