package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.merit.contracts.Role;
import dev.merit.router.openapi.ApiDocument;
import dev.merit.router.openapi.Operation;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the document, called with its own example, reaches its domain and answers as documented. The
 * replies are the document's examples read into the reply records, so a field that only one of the two knows fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EveryOperationIT {
    private static final String ID = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e10";
    private static final List<String> SCOPES = List.of(
            "write:clubs",
            "write:cards",
            "write:rewards",
            "write:transactions",
            "write:stamps",
            "write:vouchers",
            "write:tiers",
            "write:staff",
            "use:rewards",
            "use:stamps",
            "use:vouchers",
            "write:keys",
            "write:partners",
            "write:members",
            "write:redeem",
            "write:profile",
            "read",
            "admin");

    private final ApiDocument api = ApiDocument.load();
    private final JsonNode document = api.json();
    private RouterFixture fixture;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    Stream<Operation> operations() {
        return api.operations().stream().filter(operation -> !operation.open());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void answersAsDocumented(Operation operation) {
        Answered answer = send(operation, keyWith(operation, List.of("admin"))).answer();

        assertThat(answer.status()).as(answer.text()).isEqualTo(operation.success());
        JsonNode content = json(operation)
                .path("responses")
                .path(Integer.toString(operation.success()))
                .path("content")
                .path("application/json");
        var schema = SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(inlined(content.path("schema")));
        assertThat(schema.validate(answer.json())).as(answer.text()).isEmpty();
        if (operation.role() != null) {
            assertThat(answer.json().toString())
                    .isEqualTo(content.path("example").toString());
        }
    }

    static Stream<Promised> promised() {
        return Promised.all().stream().filter(each -> !each.path().equals("/docs.json"));
    }

    // Breaks when an operation is opened by a scope that was not promised, or not by one that was.
    @ParameterizedTest
    @MethodSource("promised")
    void opensForEachPromisedScopeAndForNoOther(Promised promise) {
        Operation operation = operation(promise);
        for (String scope : SCOPES) {
            boolean opens = promise.scopes().isEmpty() || promise.scopes().contains(scope) || scope.equals("admin");
            Answered answer =
                    send(operation, keyWith(operation, List.of(scope))).answer();
            assertThat(answer.status())
                    .as("%s with %s: %s", promise, scope, answer.text())
                    .isEqualTo(opens ? operation.success() : 403);
        }
    }

    // Breaks when a path is served to keys of another role, whatever their scopes.
    @ParameterizedTest
    @MethodSource("promised")
    void opensForItsRoleAlone(Promised promise) {
        Operation operation = operation(promise);
        for (Role role : Role.values()) {
            var key = new TestKey(role);
            key.scopes = SCOPES;
            Answered answer = send(operation, fixture.known(key)).answer();
            boolean opens = operation.role() == null || promise.path().startsWith("/" + role.word() + "/");
            assertThat(answer.status())
                    .as("%s with a key of %s: %s", promise, role, answer.text())
                    .isEqualTo(opens ? operation.success() : 403);
            if (!opens) {
                assertThat(answer.json().path("code").asText()).isEqualTo("AUTH_ROLE_MISMATCH");
            }
        }
    }

    private Operation operation(Promised promise) {
        return api.operations().stream()
                .filter(each ->
                        each.method().equals(promise.method()) && each.path().equals(promise.path()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing answers " + promise));
    }

    private RouterFixture.Sending send(Operation operation, TestKey key) {
        String path = operation.path().replaceAll("\\{[^}]+}", ID);
        var sending = fixture.send(operation.method(), path).key(key.text);
        JsonNode example = json(operation).at("/requestBody/content/application~1json/example");
        return example.isMissingNode() ? sending : sending.json(example.toString());
    }

    private TestKey keyWith(Operation operation, List<String> scopes) {
        var key = new TestKey(operation.role() == null ? Role.PARTNER : operation.role());
        key.scopes = scopes;
        return fixture.known(key);
    }

    private JsonNode json(Operation operation) {
        return document.path("paths")
                .path(operation.path())
                .path(operation.method().toLowerCase(Locale.ROOT));
    }

    private JsonNode inlined(JsonNode node) {
        if (node.path("$ref").isTextual()) {
            return inlined(document.at(node.get("$ref").asText().substring(1)));
        }
        if (node.isObject()) {
            var copy = ((com.fasterxml.jackson.databind.node.ObjectNode) node).objectNode();
            node.properties().forEach(entry -> {
                if (!entry.getKey().equals("example")) {
                    copy.set(entry.getKey(), inlined(entry.getValue()));
                }
            });
            return copy;
        }
        if (node.isArray()) {
            var copy = ((com.fasterxml.jackson.databind.node.ArrayNode) node).arrayNode();
            node.forEach(each -> copy.add(inlined(each)));
            return copy;
        }
        return node;
    }
}
