package dev.merit.router.tools;

import dev.merit.router.openapi.ApiDocument;
import dev.merit.router.openapi.Operation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Every tool in every form, written out at start. A request only picks: which of them a key is shown is decided by what
 * the key may call.
 */
public final class Toolbox {
    private static final String OWN = "router.tools";

    private final List<Written> written = new ArrayList<>();

    /** One tool in all forms. */
    private record Written(Operation operation, Map<ToolForm, String> json) {}

    /** Makes a tool of every operation that takes a key, but not of the list of tools itself. */
    public Toolbox(ApiDocument document) {
        var tools = new Tools(document.json());
        for (Operation operation : document.operations()) {
            if (!operation.open() && !operation.id().equals(OWN)) {
                Tool tool = tools.of(operation);
                Map<ToolForm, String> json = new EnumMap<>(ToolForm.class);
                for (ToolForm form : ToolForm.values()) {
                    json.put(form, form.of(tool).toString());
                }
                written.add(new Written(operation, json));
            }
        }
    }

    /** The operations that have a tool. */
    public List<Operation> operations() {
        return written.stream().map(Written::operation).toList();
    }

    /** The {@code data} of an answer: the tools of those operations that are allowed. */
    public String json(ToolForm form, Predicate<Operation> allowed) {
        var text = new StringBuilder("{\"format\":\"").append(form.word()).append("\",\"tools\":[");
        String comma = "";
        for (Written tool : written) {
            if (allowed.test(tool.operation())) {
                text.append(comma).append(tool.json().get(form));
                comma = ",";
            }
        }
        return text.append("]}").toString();
    }
}
