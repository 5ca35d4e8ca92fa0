package dev.merit.router.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Currency;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Follows references inside the document and compiles its schemas. */
final class Schemas {
    /** What a validator does not need, or would take for a keyword it does not know. */
    private static final Set<String> NOTES =
            Set.of("description", "title", "example", "examples", "default", "readOnly");

    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    /** The validator's own rule refuses every domain that is not in its list of top-level names. */
    private static final Pattern EMAIL = Pattern.compile(
            "[^\\s@\"(),:;<>\\[\\]\\\\\\p{Cntrl}]{1,64}@[^\\s@.,\\p{Cntrl}]+(\\.[^\\s@.,\\p{Cntrl}]+)+");

    /** RFC 3339 has years of four digits and no sign. */
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}");

    private final JsonNode root;
    private final SchemaRegistry registry;

    Schemas(JsonNode root) {
        this.root = root;
        Dialect dialect = Dialect.builder(Dialects.getDraft202012())
                .format(format("time-zone", Schemas::isTimeZone))
                .format(format("currency", CURRENCIES::contains))
                .format(format("date-time", Schemas::isTime))
                .format(format("email", text -> EMAIL.matcher(text).matches()))
                .build();
        this.registry = SchemaRegistry.withDialect(
                dialect,
                builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .locale(Locale.ENGLISH)
                        .build()));
    }

    /** The node itself, or what it refers to. */
    JsonNode resolved(JsonNode node) {
        JsonNode reference = node.path("$ref");
        if (reference.isMissingNode()) {
            return node;
        }
        JsonNode target = root.at(reference.asText().substring(1));
        if (target.isMissingNode()) {
            throw new IllegalStateException("nothing at " + reference.asText());
        }
        return resolved(target);
    }

    /** A copy without any reference. Schemas of bodies do not refer to themselves. */
    JsonNode inlined(JsonNode node) {
        JsonNode resolved = resolved(node);
        if (resolved.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            for (var entry : resolved.properties()) {
                copy.set(entry.getKey(), inlined(entry.getValue()));
            }
            return copy;
        }
        if (resolved.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            resolved.forEach(each -> copy.add(inlined(each)));
            return copy;
        }
        return resolved;
    }

    /** Compiles a schema without references. */
    Schema compiled(JsonNode schema) {
        Schema compiled = registry.getSchema(bare(schema, false));
        compiled.initializeValidators();
        return compiled;
    }

    /**
     * Drops notes and our own extensions.
     *
     * @param names whether the members are property names, which are never notes
     */
    private static JsonNode bare(JsonNode schema, boolean names) {
        if (!schema.isObject()) {
            return schema;
        }
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (var entry : schema.properties()) {
            String key = entry.getKey();
            if (names || !(NOTES.contains(key) || key.startsWith("x-"))) {
                copy.set(key, bare(entry.getValue(), !names && key.equals("properties")));
            }
        }
        return copy;
    }

    /** What everything behind the document reads as well; the validator's own rule takes more than that. */
    private static boolean isTime(String text) {
        if (!TIME.matcher(text).lookingAt()) {
            return false;
        }
        try {
            var unused = Instant.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isTimeZone(String text) {
        try {
            // Only names of the time zone database: no offsets such as +02:00.
            return ZoneId.getAvailableZoneIds().contains(ZoneId.of(text).getId());
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static Format format(String name, Predicate<String> valid) {
        return new Format() {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public boolean matches(ExecutionContext context, String value) {
                return valid.test(value);
            }
        };
    }
}
