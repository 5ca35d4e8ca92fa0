package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/**
 * Says of every schema what a generated client has to know to choose a type: how large an integer may become, and what
 * kind of value a constant is. Points are 64-bit integers; an integer whose maximum is small is a 32-bit one.
 */
final class Types {
    private static final BigDecimal INT_MAX = BigDecimal.valueOf(Integer.MAX_VALUE);

    private Types() {}

    static void complete(ObjectNode root) {
        walk(root);
    }

    private static void walk(JsonNode node) {
        if (node instanceof ObjectNode schema) {
            if (isInteger(schema.path("type")) && !schema.has("format")) {
                JsonNode maximum = schema.path("maximum");
                boolean small = maximum.isNumber() && maximum.decimalValue().compareTo(INT_MAX) <= 0;
                schema.put("format", small ? "int32" : "int64");
            }
            JsonNode constant = schema.path("const");
            if (constant.isValueNode() && !schema.has("type")) {
                schema.put("type", kind(constant));
            }
        }
        for (var child : node.properties()) {
            // Examples are data: what looks like a schema in them is none.
            if (!child.getKey().equals("example")) {
                walk(child.getValue());
            }
        }
        if (node.isArray()) {
            node.forEach(Types::walk);
        }
    }

    private static boolean isInteger(JsonNode type) {
        if (type.isArray()) {
            for (JsonNode each : type) {
                if (isInteger(each)) {
                    return true;
                }
            }
        }
        return type.asText().equals("integer");
    }

    private static String kind(JsonNode value) {
        if (value.isBoolean()) {
            return "boolean";
        }
        return value.isNumber() ? "number" : "string";
    }
}
