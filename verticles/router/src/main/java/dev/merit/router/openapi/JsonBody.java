package dev.merit.router.openapi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.merit.contracts.Problem;
import dev.merit.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Reads the bytes of a body strictly: one JSON object, no name twice, limited depth, texts trimmed and clean, numbers
 * exact and of a size that can be worked with.
 */
final class JsonBody {
    private static final int DEPTH_MAX = 32;
    private static final int DIGITS_MAX = 60;
    private static final String ABSURD = "is out of range";

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
            .build();
    private static final ObjectReader READER = Json.MAPPER.reader();

    private final Complaints complaints;

    private JsonBody(Complaints complaints) {
        this.complaints = complaints;
    }

    /**
     * Parses a body and leaves its values as they came: {@link #clean} is the next step.
     *
     * @throws dev.merit.contracts.ProblemException MALFORMED_JSON, or VALIDATION_FAILED for a number that cannot even
     *     be read
     */
    static ObjectNode parsed(byte[] bytes) {
        if (parse(bytes) instanceof ObjectNode object) {
            return object;
        }
        throw Problem.of(Problem.Code.MALFORMED_JSON, "The body must be a JSON object.")
                .asException();
    }

    /** Trims texts, makes numbers exact, and complains about what cannot be worked with. */
    static void clean(ObjectNode object, Complaints complaints) {
        new JsonBody(complaints).object(object, "");
    }

    /**
     * The bytes of each element of a list in a body that was parsed before. They are empty where the parser cannot say:
     * it also reads other encodings than UTF-8.
     */
    static List<byte[]> elements(byte[] bytes, String list) {
        List<byte[]> elements = new ArrayList<>();
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(list);
                if (parser.nextToken() == JsonToken.START_ARRAY && wanted) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        int from = (int) parser.currentTokenLocation().getByteOffset();
                        parser.skipChildren();
                        int until = (int) parser.currentLocation().getByteOffset();
                        elements.add(from < 0 ? new byte[0] : Arrays.copyOfRange(bytes, from, until));
                    }
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return elements;
    }

    private static JsonNode parse(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            try {
                JsonNode tree = READER.readTree(parser);
                if (parser.nextToken() != null) {
                    throw malformed();
                }
                return tree == null ? JsonNodeFactory.instance.missingNode() : tree;
            } catch (NumberFormatException e) {
                throw absurdAt(parser);
            } catch (StreamConstraintsException e) {
                throw e.getOriginalMessage().contains("Number value length") ? absurdAt(parser) : malformed();
            } catch (JsonProcessingException e) {
                throw malformed();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A number too long, or with an exponent beyond any type: JSON, but nothing to work with. */
    private static RuntimeException absurdAt(JsonParser parser) {
        var complaints = new Complaints();
        complaints.add(fieldAt(parser), ABSURD);
        return Problem.invalid(complaints.byField()).asException();
    }

    private static String fieldAt(JsonParser parser) {
        String name = "";
        for (var context = parser.getParsingContext(); context != null; context = context.getParent()) {
            if (context.inObject()) {
                String here = context.getCurrentName();
                name = name.isEmpty() || name.startsWith("[") ? here + name : here + "." + name;
            } else if (context.inArray()) {
                String here = "[" + context.getCurrentIndex() + "]";
                name = name.isEmpty() || name.startsWith("[") ? here + name : here + "." + name;
            }
        }
        return name;
    }

    private static RuntimeException malformed() {
        return Problem.of(Problem.Code.MALFORMED_JSON, "The body is not valid JSON.")
                .asException();
    }

    private void object(ObjectNode object, String path) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String field = Complaints.join(path, entry.getKey());
            if (!Texts.isClean(entry.getKey())) {
                complaints.add(field, Texts.UNCLEAN);
            }
            entry.setValue(value(entry.getValue(), field));
        }
    }

    private JsonNode value(JsonNode value, String field) {
        return switch (value.getNodeType()) {
            case STRING -> text(value.textValue(), field);
            case NUMBER -> value.isIntegralNumber() ? integer(value, field) : decimal(value.decimalValue(), field);
            case OBJECT -> {
                object((ObjectNode) value, field);
                yield value;
            }
            case ARRAY -> {
                ArrayNode array = (ArrayNode) value;
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, value(array.get(i), field + "[" + i + "]"));
                }
                yield array;
            }
            default -> value;
        };
    }

    private JsonNode text(String text, String field) {
        if (!Texts.isClean(text)) {
            complaints.add(field, Texts.UNCLEAN);
        }
        return TextNode.valueOf(Texts.trimmed(text));
    }

    private JsonNode integer(JsonNode value, String field) {
        if (value.isBigInteger() && value.bigIntegerValue().bitLength() > DIGITS_MAX * 3) {
            return absurd(field);
        }
        return value;
    }

    /** A number such as 1e1000000000 is refused by its exponent and never written out. */
    private JsonNode decimal(BigDecimal value, String field) {
        if (Math.abs((long) value.scale()) > DIGITS_MAX || value.precision() > DIGITS_MAX) {
            return value.signum() == 0 ? IntNode.valueOf(0) : absurd(field);
        }
        return JsonNodeFactory.instance.numberNode(value.scale() < 0 ? value.setScale(0) : value);
    }

    private JsonNode absurd(String field) {
        complaints.add(field, ABSURD);
        return IntNode.valueOf(0);
    }
}
