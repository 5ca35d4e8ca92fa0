package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import dev.merit.contracts.Permissions;
import dev.merit.contracts.Role;
import dev.merit.platform.Json;
import dev.merit.router.openapi.ApiDocument;
import dev.merit.router.openapi.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program is told of the API, held against what the API then lets it do. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ToolsIT {
    private static final Set<String> ABOUT_THE_API = Set.of("/tools", "/docs.json");

    private final ApiDocument api = ApiDocument.load();
    private RouterFixture fixture;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    // Breaks when a form strays from what its readers take.
    @ParameterizedTest
    @ValueSource(strings = {"generic", "openai", "anthropic", "mcp"})
    void writesEachFormAsItsReadersTakeIt(String format) {
        Schema form = schemas().getSchema(SchemaLocation.of("tools:" + format));
        for (Role role : Role.values()) {
            JsonNode data = tools(new TestKey(role), "?format=" + format);

            assertThat(data.path("format").asText()).isEqualTo(format);
            assertThat(data.path("tools")).isNotEmpty();
            for (JsonNode tool : data.path("tools")) {
                assertThat(form.validate(tool)).as(tool.toString()).isEmpty();
            }
        }
    }

    // Breaks when a schema of arguments does not compile, or leans on something outside of it.
    @ParameterizedTest
    @EnumSource(Role.class)
    void givesEveryToolASchemaThatStandsAlone(Role role) {
        Schema meta = SchemaRegistry.withDialect(Dialects.getDraft202012())
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        for (JsonNode tool : tools(new TestKey(role), "?format=mcp").path("tools")) {
            JsonNode schema = tool.path("inputSchema");
            assertThat(schema.toString()).doesNotContain("$ref", "\"x-");
            assertThat(meta.validate(schema)).as(schema.toString()).isEmpty();
            Schema compiled =
                    SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(schema);
            compiled.initializeValidators();
            assertThat(compiled.validate(Json.read("{\"surprise\": 1}", JsonNode.class)))
                    .isNotEmpty();
        }
    }

    // Breaks when a key is shown a tool that it may not call, or not shown one that it may. The promise is written by
    // hand.
    @ParameterizedTest
    @EnumSource(Role.class)
    void showsExactlyWhatTheKeyMayCall(Role role) {
        Set<String> scopes = new TreeSet<>(List.of("read", "admin", "write:nothing"));
        Promised.all().forEach(promise -> scopes.addAll(promise.scopes()));
        for (String scope : scopes) {
            var key = new TestKey(role);
            key.scopes = List.of(scope);

            assertThat(operationsOf(key)).as("%s with %s", role, scope).isEqualTo(promisedTo(role, scope));
        }
    }

    @Test
    void hidesWhatThePartnerMayNotUse() {
        Map<String, Permissions> without = new HashMap<>();
        without.put("loyalty_cards", new Permissions(true, true, false, true, true));
        without.put("stamp_cards", new Permissions(true, true, true, false, true));
        without.put("vouchers", new Permissions(true, true, true, true, false));
        without.forEach((name, permissions) -> {
            var key = new TestKey(Role.PARTNER);
            key.permissions = permissions;
            Set<String> expected = names(operation -> isForPartners(operation) && !name.equals(operation.permission()));

            assertThat(expected).hasSizeLessThan(names(ToolsIT::isForPartners).size());
            assertThat(operationsOf(key)).as(name).isEqualTo(expected);
        });
    }

    @Test
    void saysWhatEachToolDoesBeforeAnythingElse() {
        JsonNode document = api.json();
        for (Role role : Role.values()) {
            for (JsonNode tool : tools(new TestKey(role), "").path("tools")) {
                String method = tool.path("method").asText();
                String path = tool.path("path").asText();
                JsonNode operation = document.path("paths")
                        .path(path.substring("/api/agent/v1".length()))
                        .path(method.toLowerCase(Locale.ROOT));

                assertThat(tool.path("name").asText())
                        .isEqualTo(operation.path("operationId").asText().replace('.', '_'));
                assertThat(tool.path("description").asText())
                        .startsWith(operation.path("summary").asText())
                        .contains(method + " " + path);
            }
        }
    }

    // Breaks when an argument has no place in the request, or a place no argument.
    @Test
    void saysWhereEachArgumentGoes() {
        JsonNode stamps = MissingNode.getInstance();
        for (JsonNode tool : tools(new TestKey(Role.PARTNER), "").path("tools")) {
            assertThat(fields(tool.path("arguments")))
                    .isEqualTo(fields(tool.path("parameters").path("properties")));
            if (tool.path("name").asText().equals("stamps_addStamps")) {
                stamps = tool;
            }
        }
        assertThat(stamps.at("/arguments/id").toString()).isEqualTo("{\"in\":\"path\",\"name\":\"id\"}");
        assertThat(stamps.at("/arguments/stamps").toString()).isEqualTo("{\"in\":\"body\",\"name\":\"stamps\"}");
        assertThat(stamps.at("/arguments/idempotency_key").toString())
                .isEqualTo("{\"in\":\"header\",\"name\":\"Idempotency-Key\"}");
        assertThat(stamps.at("/parameters/required").toString()).isEqualTo("[\"id\",\"member_identifier\"]");
    }

    // Breaks when a host would let a program spend points without asking, because it is told that nothing is spent.
    @Test
    void hintsAtWhatACallDoes() {
        Map<String, JsonNode> hints = new HashMap<>();
        for (JsonNode tool : tools(new TestKey(Role.PARTNER), "?format=mcp").path("tools")) {
            hints.put(tool.path("name").asText(), tool.path("annotations"));
        }
        assertThat(hints.get("points_findBalance")).isEqualTo(hints(true, true, false));
        assertThat(hints.get("points_purchase")).isEqualTo(hints(false, false, false));
        assertThat(hints.get("points_redeem")).isEqualTo(hints(false, false, true));
        assertThat(hints.get("points_updateCard")).isEqualTo(hints(false, true, true));
        assertThat(hints.get("vouchers_validateVoucher")).isEqualTo(hints(true, true, false));
    }

    @Test
    void refusesAFormThatNobodyReads() {
        Answered answer = fixture.get(fixture.known(new TestKey(Role.PARTNER)), "/tools?format=yaml")
                .answer();

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors("format")).isNotEmpty();
    }

    @Test
    void answersNothingNewToWhoHasTheSameTools() {
        TestKey till = fixture.known(TestKey.partner("use:rewards"));
        TestKey other = fixture.known(TestKey.partner("use:stamps"));
        Answered first = fixture.get(till, "/tools?format=openai").answer();
        String tag = String.valueOf(first.header("ETag"));

        Answered again = fixture.get(till, "/tools?format=openai")
                .header("If-None-Match", tag)
                .answer();
        Answered others = fixture.get(other, "/tools?format=openai")
                .header("If-None-Match", tag)
                .answer();

        assertThat(first.header("Cache-Control")).contains("private");
        again.is(304);
        assertThat(again.bytes().length()).isZero();
        others.is(200);
    }

    private static JsonNode hints(boolean reads, boolean idempotent, boolean destructive) {
        return Json.MAPPER
                .createObjectNode()
                .put("readOnlyHint", reads)
                .put("idempotentHint", idempotent)
                .put("destructiveHint", destructive);
    }

    private JsonNode tools(TestKey key, String query) {
        Answered answer = fixture.get(fixture.known(key), "/tools" + query).answer();
        answer.is(200);
        return answer.data();
    }

    /** Method and path of all tools that a key is shown. */
    private Set<String> operationsOf(TestKey key) {
        Set<String> shown = new TreeSet<>();
        for (JsonNode tool : tools(key, "").path("tools")) {
            String path = tool.path("path").asText().substring("/api/agent/v1".length());
            assertThat(shown.add(tool.path("method").asText() + " " + path))
                    .as(path)
                    .isTrue();
        }
        return shown;
    }

    private static Set<String> promisedTo(Role role, String scope) {
        return Promised.all().stream()
                .filter(promise -> !ABOUT_THE_API.contains(promise.path()))
                .filter(promise -> promise.scopes().isEmpty()
                        || (promise.path().startsWith("/" + role.word() + "/")
                                && (scope.equals("admin") || promise.scopes().contains(scope))))
                .map(promise -> promise.method() + " " + promise.path())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isForPartners(Operation operation) {
        return operation.role() == Role.PARTNER || operation.path().equals("/health");
    }

    private Set<String> names(Predicate<Operation> wanted) {
        return api.operations().stream()
                .filter(wanted)
                .map(operation -> operation.method() + " " + operation.path())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> fields(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static SchemaRegistry schemas() {
        Map<String, String> texts = new HashMap<>();
        for (String name : List.of("arguments", "generic", "openai", "anthropic", "mcp")) {
            texts.put("tools:" + name, resource("/tools/" + name + ".schema.json"));
        }
        return SchemaRegistry.withDialect(Dialects.getDraft202012(), builder -> builder.schemas(texts)
                .schemaRegistryConfig(SchemaRegistryConfig.builder()
                        .formatAssertionsEnabled(true)
                        .build()));
    }

    private static String resource(String name) {
        try (InputStream in = ToolsIT.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
