package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is wrong with a request, field by field. It holds at most {@value #FIELDS_MAX} fields. */
public final class Complaints {
    private static final int FIELDS_MAX = 100;
    private static final int NAME_MAX = 100;

    private final Map<String, List<String>> byField = new LinkedHashMap<>();

    public boolean isEmpty() {
        return byField.isEmpty();
    }

    /** Field → messages, in the order found. */
    public Map<String, List<String>> byField() {
        return byField;
    }

    boolean has(String field) {
        return byField.containsKey(printable(field));
    }

    /** Adds a complaint; the name is made harmless first, since it may come from the caller. */
    public void add(String field, String message) {
        String name = printable(field);
        if (byField.size() < FIELDS_MAX || byField.containsKey(name)) {
            byField.computeIfAbsent(name, key -> new ArrayList<>()).add(message);
        }
    }

    /** Adds what a schema found, but for fields that were already refused. */
    void addAll(List<Error> errors) {
        var refused = List.copyOf(byField.keySet());
        for (Error error : errors) {
            String field = fieldOf(error);
            if (!refused.contains(printable(field))) {
                add(field, messageOf(error));
            }
        }
    }

    private static String fieldOf(Error error) {
        String field = nameOf(error.getInstanceLocation());
        return switch (error.getKeyword()) {
            case "required", "additionalProperties" -> join(field, error.getProperty());
            default -> field;
        };
    }

    /** The way people write it: {@code items[3].name}. */
    private static String nameOf(NodePath path) {
        String name = "";
        for (int i = 0; i < path.getNameCount(); i++) {
            Object element = path.getElement(i);
            name = element instanceof Integer index ? name + "[" + index + "]" : join(name, element.toString());
        }
        return name;
    }

    static String join(String parent, String child) {
        return parent.isEmpty() ? child : parent + "." + child;
    }

    private static String messageOf(Error error) {
        JsonNode rule = error.getSchemaNode();
        return switch (error.getKeyword()) {
            case "required" -> "is required";
            case "additionalProperties" -> "is not a field of this request";
            case "type" -> "must be " + kindOf(rule);
            case "enum" -> "must be one of " + listOf(rule);
            case "const" -> "must be " + rule.asText();
            case "not" -> "must not be " + rule.path("const").asText();
            case "minLength" ->
                rule.asInt() == 1 ? "must not be empty" : "must have at least " + rule.asText() + " characters";
            case "maxLength" -> "must have at most " + rule.asText() + " characters";
            case "minimum" -> "must be at least " + numberOf(rule);
            case "maximum" -> "must be at most " + numberOf(rule);
            case "exclusiveMinimum" -> "must be greater than " + numberOf(rule);
            case "exclusiveMaximum" -> "must be less than " + numberOf(rule);
            case "minItems" -> "must have at least " + rule.asText() + " items";
            case "maxItems" -> "must have at most " + rule.asText() + " items";
            case "uniqueItems" -> "must not repeat an item";
            case "format" -> "must be " + formatOf(rule.asText());
            case "pattern" -> "must match " + rule.asText();
            default -> error.getMessage();
        };
    }

    private static String numberOf(JsonNode rule) {
        return rule.decimalValue().toPlainString();
    }

    private static String kindOf(JsonNode rule) {
        List<String> kinds = new ArrayList<>();
        if (rule.isArray()) {
            rule.forEach(each -> kinds.add(kindOf(each.asText())));
        } else {
            kinds.add(kindOf(rule.asText()));
        }
        return String.join(" or ", kinds);
    }

    private static String kindOf(String type) {
        return switch (type) {
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "string" -> "a string";
            case "boolean" -> "true or false";
            case "array" -> "a list";
            case "object" -> "an object";
            default -> type;
        };
    }

    private static String formatOf(String format) {
        return switch (format) {
            case "uuid" -> "a UUID";
            case "email" -> "an e-mail address";
            case "date" -> "a date such as 2026-01-31";
            case "date-time" -> "a time such as 2026-01-31T12:00:00Z";
            case "uri" -> "a URL";
            case "time-zone" -> "a time zone such as Europe/Paris";
            case "currency" -> "an ISO 4217 currency code such as EUR";
            default -> "a valid " + format;
        };
    }

    private static String listOf(JsonNode rule) {
        List<String> words = new ArrayList<>();
        rule.forEach(each -> words.add(each.asText()));
        return String.join(", ", words);
    }

    private static String printable(String field) {
        var name = new StringBuilder(Math.min(field.length(), NAME_MAX));
        field.codePoints().limit(NAME_MAX).forEach(point -> {
            boolean plain = !Character.isISOControl(point)
                    && Character.getType(point) != Character.SURROGATE
                    && Character.isDefined(point);
            name.appendCodePoint(plain ? point : '?');
        });
        return name.toString();
    }
}
