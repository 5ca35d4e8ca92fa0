package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The document is good enough for a stranger's generator: what it makes compiles, has the right types, and works. */
@ResourceLock(SharedNode.LOCK)
final class GeneratedClientIT {
    @RegisterExtension
    static final SharedNode NODE = new SharedNode();

    private static final Path SHOP = Path.of("src", "test", "resources", "client", "shop", "Shop.java");

    /** Of what the generator warns whatever it is given; an example it leaves out; and one that names no place at all. */
    private static final List<String> HARMLESS = List.of(
            "OpenAPI 3.1 support is still in beta", "Ignoring complex example", "Failed to get the schema name: null");

    /** Texts that only look like ids or times: they are the caller's own. */
    private static final Set<String> TEXTS = Set.of("request_id", "resource_id");

    /** What adds up over the years. */
    private static final Set<String> POINTS =
            Set.of("points", "balance_after", "points_awarded", "points_deducted", "lifetime_points");

    private static GeneratedClient client;
    private static Shell.Outcome generated;
    private static URLClassLoader loader;
    private static Path classes;

    @BeforeAll
    static void generate(@TempDir Path directory) throws Exception {
        String api = NODE.get().node.api();
        client = new GeneratedClient(directory, Api.text(api.replace("/v1", "") + "/docs.json"));
        generated = client.generate();
        assertThat(generated.exitCode()).as(generated.said()).isZero();
        classes = client.compile(List.of(SHOP));
        loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, GeneratedClientIT.class.getClassLoader());
    }

    @AfterAll
    static void close() throws Exception {
        loader.close();
    }

    // Breaks when the document is not what OpenAPI 3.1 calls one, or names its things so that a generator has to guess.
    @Test
    void findsNothingWrongWithTheDocument() throws Exception {
        Shell.Outcome validated = client.validate();

        assertThat(validated.exitCode()).as(validated.said()).isZero();
        assertThat(validated.said()).contains("No validation issues detected.");
        assertThat(generated
                        .said()
                        .lines()
                        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                        .filter(line -> HARMLESS.stream().noneMatch(line::contains)))
                .isEmpty();
        // A class that had to be named after a status says nothing to whoever writes against it.
        assertThat(generated.said()).doesNotContain("_response. To have complete control");
    }

    // Breaks when an amount goes through a double, an id or a time is a mere text, or points are counted in 32 bits.
    @Test
    void givesFieldsTheTypesThatHoldThem() throws Exception {
        List<String> wrong = new ArrayList<>();
        int fields = 0;
        for (Class<?> model : models()) {
            for (Field field : model.getDeclaredFields()) {
                String name = jsonName(model, field);
                if (!name.isEmpty()) {
                    fields++;
                    Class<?> expected = expected(name);
                    boolean inexact = field.getType() == Double.class || field.getType() == Float.class;
                    if (inexact || (expected != null && field.getType() != expected)) {
                        wrong.add(field.toString());
                    }
                }
            }
        }
        assertThat(fields).isGreaterThan(300);
        assertThat(wrong).isEmpty();
    }

    // Breaks when the generated client cannot read what the API answers, or the API what the client sends.
    @Test
    void buysRedeemsAndReadsTheWallet() throws Exception {
        Tenant tenant = NODE.get().tenant("generated");
        @SuppressWarnings("unchecked") // The source is ours.
        var shop = (UnaryOperator<Map<String, String>>)
                loader.loadClass("shop.Shop").getConstructor().newInstance();

        Map<String, String> seen = shop.apply(new HashMap<>(Map.of(
                "api", NODE.get().node.api(),
                "key", tenant.caller("partner").key(),
                "memberKey", tenant.caller("member").key(),
                "card", tenant.id("cards"),
                "reward", tenant.id("rewards"),
                "member", tenant.id("members"),
                "amount", "1234567.89")));

        assertThat(seen)
                .containsEntry("role", "partner")
                .containsEntry("amount", "1234567.89")
                .containsEntry("repeated", "true")
                .containsEntry("recent", "true")
                .containsEntry("adds up", "true")
                .containsEntry("wallet", "true")
                .containsEntry("listed", "true")
                .containsEntry("refused", "422 VALIDATION_FAILED");
    }

    private static List<Class<?>> models() throws Exception {
        List<Class<?>> models = new ArrayList<>();
        try (Stream<Path> files = Files.list(classes.resolve("merit/model"))) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                models.add(loader.loadClass("merit.model." + name));
            }
        }
        return models;
    }

    /** A field's name in JSON, which the generator writes at its getter; empty for what is no field of a message. */
    private static String jsonName(Class<?> model, Field field) {
        if (Modifier.isStatic(field.getModifiers()) || model.isEnum()) {
            return "";
        }
        String getter = "get" + Character.toUpperCase(field.getName().charAt(0))
                + field.getName().substring(1);
        for (Method method : model.getDeclaredMethods()) {
            JsonProperty property = method.getAnnotation(JsonProperty.class);
            if (property != null && method.getName().equals(getter)) {
                return property.value();
            }
        }
        return "";
    }

    private static @Nullable Class<?> expected(String name) {
        if (TEXTS.contains(name)) {
            return String.class;
        }
        if (name.equals("id") || name.endsWith("_id")) {
            return UUID.class;
        }
        if (name.endsWith("_at")) {
            return OffsetDateTime.class;
        }
        if (name.equals("purchase_amount") || name.equals("multiplier")) {
            return BigDecimal.class;
        }
        return POINTS.contains(name) || name.endsWith("balance") ? Long.class : null;
    }
}
