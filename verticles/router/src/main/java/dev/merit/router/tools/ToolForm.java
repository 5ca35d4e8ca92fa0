package dev.merit.router.tools;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** The forms in which tools can be had. */
public enum ToolForm {
    /** With method, path and the place of each argument: all that a program needs to send the request itself. */
    GENERIC {
        @Override
        ObjectNode of(Tool tool) {
            ObjectNode json = named(tool, tool.description()).put("method", tool.method());
            json.put("path", tool.path());
            json.set("parameters", tool.parameters());
            ObjectNode places = json.putObject("arguments");
            for (Argument argument : tool.arguments()) {
                places.putObject(argument.name())
                        .put("in", argument.place().word())
                        .put("name", argument.sentAs());
            }
            return json;
        }
    },
    OPENAI {
        @Override
        ObjectNode of(Tool tool) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("type", "function");
            ObjectNode function = named(tool, tool.description(OPENAI_DESCRIPTION_MAX));
            function.set("parameters", tool.parameters());
            json.set("function", function);
            return json;
        }
    },
    ANTHROPIC {
        @Override
        ObjectNode of(Tool tool) {
            ObjectNode json = named(tool, tool.description());
            json.set("input_schema", tool.parameters());
            return json;
        }
    },
    MCP {
        @Override
        ObjectNode of(Tool tool) {
            ObjectNode json = named(tool, tool.description()).put("title", tool.title());
            json.set("inputSchema", tool.parameters());
            boolean reads = tool.effect() == Tool.Effect.READ;
            json.putObject("annotations")
                    .put("readOnlyHint", reads)
                    // A POST is safe to repeat only with a key, and a hint must hold for every call.
                    .put("idempotentHint", reads || !tool.method().equals("POST"))
                    .put("destructiveHint", tool.effect() == Tool.Effect.CHANGE);
            return json;
        }
    };

    private static final int OPENAI_DESCRIPTION_MAX = 1024;

    /** Its name in a query. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The form of a checked query. */
    public static ToolForm of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    abstract ObjectNode of(Tool tool);

    private static ObjectNode named(Tool tool, String description) {
        return JsonNodeFactory.instance.objectNode().put("name", tool.name()).put("description", description);
    }
}
