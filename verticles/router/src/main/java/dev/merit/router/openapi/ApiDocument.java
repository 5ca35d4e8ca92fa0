package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The API's OpenAPI 3.1 document. A root file names one file per resource; their paths and components are merged, and
 * {@link Completion} writes out what the files only abbreviate.
 */
public final class ApiDocument {
    private static final String FOLDER = "/openapi/";
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final ObjectNode root;
    private final List<Operation> operations;

    private ApiDocument(ObjectNode root) {
        this.root = root;
        this.operations = Operations.of(root);
    }

    /** Reads the document that is packed with this module; a fault in it stops the start. */
    public static ApiDocument load() {
        ObjectNode root = read("root.yaml");
        JsonNode files = root.remove("x-files");
        for (JsonNode file : files) {
            merge(root, read(file.asText()), file.asText());
        }
        Completion.complete(root);
        return new ApiDocument(root);
    }

    /** The whole document, without references to other files. */
    public ObjectNode json() {
        return root.deepCopy();
    }

    /** Every operation of the document. */
    public List<Operation> operations() {
        return operations;
    }

    private static ObjectNode read(String file) {
        try (InputStream in = ApiDocument.class.getResourceAsStream(FOLDER + file)) {
            if (in == null) {
                throw new FileNotFoundException(FOLDER + file);
            }
            return (ObjectNode) YAML.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static void merge(ObjectNode root, ObjectNode part, String file) {
        add(root.withObjectProperty("paths"), part.path("paths"), file);
        var components = root.withObjectProperty("components");
        for (var kind : part.path("components").properties()) {
            add(components.withObjectProperty(kind.getKey()), kind.getValue(), file);
        }
        if (part.has("tags")) {
            List<JsonNode> tags = new ArrayList<>();
            part.get("tags").forEach(tags::add);
            root.withArrayProperty("tags").addAll(tags);
        }
    }

    private static void add(ObjectNode into, JsonNode from, String file) {
        for (var entry : from.properties()) {
            if (into.has(entry.getKey())) {
                throw new IllegalStateException(file + " defines " + entry.getKey() + " a second time");
            }
            into.set(entry.getKey(), entry.getValue());
        }
    }
}
