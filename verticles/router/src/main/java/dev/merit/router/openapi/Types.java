package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/**
 * Says of every schema what a generated client has to know to choose a type: how large an integer may become, and what
 * kind of value a constant is. Points and minor units are 64-bit integers, wherever they stand; counts are 32-bit ones.
 */
final class Types {
    /** What may be more than this is points or money, and adds up to more than 32 bits hold. */
    private static final BigDecimal COUNT_MAX = BigDecimal.valueOf(1_000_000);

    private Types() {}

    static void complete(ObjectNode root) {
        walk(root);
    }

    private static void walk(JsonNode node) {
        if (node instanceof ObjectNode schema) {
            if (isInteger(schema.path("type")) && !schema.has("format")) {
                JsonNode maximum = schema.path("maximum");
                boolean count = maximum.isNumber() && maximum.decimalValue().compareTo(COUNT_MAX) <= 0;
                schema.put("format", count ? "int32" : "int64");
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
