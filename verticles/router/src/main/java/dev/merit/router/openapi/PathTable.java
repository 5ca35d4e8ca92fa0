package dev.merit.router.openapi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the operations of a path. Written out segments win over parameters, as OpenAPI has it; an empty segment, such
 * as a trailing slash, matches nothing.
 */
public final class PathTable {
    private static final int OUTLINE_SEGMENTS = 6;

    private final Node root = new Node();

    /** Every written out segment of every path. */
    private final Set<String> words = new HashSet<>();

    /** What lies at a path: an operation per method, and the values of the path's parameters. */
    public record Found(Map<String, Operation> byMethod, Map<String, String> parameters) {}

    public PathTable(List<Operation> operations) {
        for (Operation operation : operations) {
            add(operation);
        }
    }

    /** Looks a path up, without the base path. */
    public Optional<Found> find(String path) {
        if (!path.startsWith("/")) {
            return Optional.empty();
        }
        String[] segments = path.substring(1).split("/", -1);
        List<String> values = new ArrayList<>(2);
        Node node = root.find(segments, 0, values);
        if (node == null) {
            return Optional.empty();
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            parameters.put(node.parameters.get(i), values.get(i));
        }
        return Optional.of(new Found(node.operations, parameters));
    }

    /**
     * A path as it may be written down: whatever no operation has in its path is a star. So it is short, and holds
     * nothing that a caller made up.
     */
    public String outline(String path) {
        var outline = new StringBuilder();
        String[] segments = path.substring(Math.min(1, path.length())).split("/", OUTLINE_SEGMENTS + 1);
        for (int i = 0; i < Math.min(segments.length, OUTLINE_SEGMENTS); i++) {
            outline.append('/').append(words.contains(segments[i]) ? segments[i] : "*");
        }
        return outline.toString();
    }

    private void add(Operation operation) {
        Node node = root;
        List<String> names = new ArrayList<>();
        for (String segment : operation.path().substring(1).split("/", -1)) {
            if (segment.startsWith("{")) {
                names.add(segment.substring(1, segment.length() - 1));
                node = node.parameter();
            } else {
                words.add(segment);
                node = node.literals.computeIfAbsent(segment, key -> new Node());
            }
        }
        if (!node.operations.isEmpty() && !node.parameters.equals(names)) {
            throw new IllegalStateException(operation.path() + " names its parameters in two ways");
        }
        node.parameters = List.copyOf(names);
        node.operations.put(operation.method(), operation);
    }

    private static final class Node {
        private final Map<String, Node> literals = new LinkedHashMap<>();
        private final Map<String, Operation> operations = new TreeMap<>();
        private @Nullable Node any;
        private List<String> parameters = List.of();

        Node parameter() {
            if (any == null) {
                any = new Node();
            }
            return any;
        }

        @Nullable
        Node find(String[] segments, int at, List<String> values) {
            if (at == segments.length) {
                return operations.isEmpty() ? null : this;
            }
            Node literal = literals.get(segments[at]);
            Node found = literal == null ? null : literal.find(segments, at + 1, values);
            if (found == null && any != null && !segments[at].isEmpty()) {
                values.add(segments[at]);
                found = any.find(segments, at + 1, values);
                if (found == null) {
                    values.removeLast();
                }
            }
            return found;
        }
    }
}
