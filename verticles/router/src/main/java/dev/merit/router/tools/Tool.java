package dev.merit.router.tools;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One operation as a tool.
 *
 * @param name stable: made from the operationId
 * @param title what it does, in a few words
 * @param head title, method and path
 * @param rest what else there is to say; may be empty
 * @param path with the base path, and its parameters in braces
 */
record Tool(
        String name,
        String title,
        String head,
        String rest,
        String method,
        String path,
        List<Argument> arguments,
        Effect effect) {

    /** What a call does to what is stored. */
    enum Effect {
        /** Nothing. */
        READ,
        /** It only adds something. */
        ADD,
        /** It overwrites, takes away or spends something. */
        CHANGE
    }

    /** Head and rest. */
    String description() {
        return rest.isEmpty() ? head : head + " " + rest;
    }

    /** The same, without its last sentences when it would be longer. */
    String description(int max) {
        String whole = description();
        if (whole.length() <= max) {
            return whole;
        }
        int end = whole.lastIndexOf(". ", max - 1);
        return end < head.length() ? head : whole.substring(0, end + 1);
    }

    /** One schema of all arguments. */
    ObjectNode parameters() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        for (Argument argument : arguments) {
            properties.set(argument.name(), argument.schema());
            if (argument.required()) {
                required.add(argument.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema.put("additionalProperties", false);
    }
}
