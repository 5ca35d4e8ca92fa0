package dev.merit.events;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.platform.Json;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The JSON Schema (draft 7) of a record, as {@link Json} writes it. */
final class PayloadSchema {
    private static final PropertyNamingStrategies.NamingBase NAMES =
            (PropertyNamingStrategies.NamingBase) PropertyNamingStrategies.SNAKE_CASE;

    private PayloadSchema() {}

    /**
     * @param descriptions what each field means; one that is missing is an error, so that none is published unexplained
     */
    static ObjectNode of(Class<? extends Record> type, Map<String, String> descriptions) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", type.getSimpleName());
        schema.setAll(object(type, descriptions, ""));
        return schema;
    }

    private static ObjectNode object(Class<?> type, Map<String, String> descriptions, String prefix) {
        ObjectNode schema = Json.MAPPER.createObjectNode();
        schema.put("type", "object");
        ArrayNode required = Json.MAPPER.createArrayNode();
        ObjectNode properties = Json.MAPPER.createObjectNode();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = NAMES.translate(component.getName());
            String description = descriptions.get(prefix + name);
            if (description == null) {
                throw new IllegalStateException("nothing says what " + prefix + name + " means");
            }
            ObjectNode property = property(component.getType(), descriptions, prefix + name + ".");
            if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                String plain = property.get("type").textValue();
                property.putArray("type").add(plain).add("null");
            }
            properties.set(name, property.put("description", description));
            required.add(name);
        }
        schema.set("required", required);
        schema.set("properties", properties);
        return schema;
    }

    private static ObjectNode property(Class<?> type, Map<String, String> descriptions, String prefix) {
        ObjectNode property = Json.MAPPER.createObjectNode();
        if (type == long.class || type == Long.class) {
            return property.put("type", "integer").put("format", "int64");
        }
        if (type == int.class || type == Integer.class) {
            return property.put("type", "integer").put("format", "int32");
        }
        if (type == BigDecimal.class) {
            return property.put("type", "number");
        }
        if (type == String.class) {
            return property.put("type", "string");
        }
        if (type == Instant.class) {
            return property.put("type", "string").put("format", "date-time");
        }
        if (isId(type)) {
            return property.put("type", "string").put("format", "uuid");
        }
        if (type.isRecord()) {
            return object(type, descriptions, prefix);
        }
        throw new IllegalStateException("no JSON Schema for " + type);
    }

    private static boolean isId(Class<?> type) {
        if (type == UUID.class) {
            return true;
        }
        RecordComponent[] components = type.getRecordComponents();
        return components != null
                && components.length == 1
                && components[0].getType() == UUID.class
                && components[0].getAccessor().isAnnotationPresent(JsonValue.class);
    }
}
