package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.node.ApiDocs.Operation;
import dev.merit.node.BadInput.Bad;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the document with every kind of bad input: never a fault of the server's, always an error in the
 * documented form, and what is refused changes nothing.
 */
@ResourceLock(SharedNode.LOCK)
final class BadInputIT {
    @RegisterExtension
    static final SharedNode NODE = new SharedNode();

    private static Tenant one;
    private static Tenant other;

    @BeforeAll
    static void makeTenants() {
        one = NODE.get().tenant("bad-one");
        other = NODE.get().tenant("bad-other");
    }

    private static final Set<String> STRATEGIES = Set.of("no_retry", "fix_request", "backoff", "contact_support");

    static Stream<Operation> operations() {
        return NODE.get().docs.operations().stream();
    }

    static Stream<Operation> withBody() {
        return operations().filter(Operation::hasBody);
    }

    // What is taken may change something, so the refused ones are sent once more, between two looks at the tables.
    @ParameterizedTest
    @MethodSource("operations")
    void refusesInFormAndChangesNothing(Operation operation) {
        var node = NODE.get();
        List<Bad> refused = new ArrayList<>();
        for (Bad bad : BadInput.of(node.docs, one, operation)) {
            Http.Answer answer = send(operation, bad);
            assertThat(answer.status()).as("%s%n%s", bad, answer.text()).isLessThan(500);
            if (!answer.isGood() && answer.status() != 304) {
                isInForm(bad, answer);
                // Nothing wrong with the request itself: with more points it would be taken.
                if (!answer.code().equals("INSUFFICIENT_BALANCE")) {
                    refused.add(bad);
                }
            }
        }
        assertThat(refused).isNotEmpty();

        String before = node.fingerprint();
        for (Bad bad : refused) {
            assertThat(send(operation, bad).isGood()).as(bad.toString()).isFalse();
        }
        assertThat(node.fingerprint()).isEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("withBody")
    void namesAllBadFieldsAtOnce(Operation operation) {
        var node = NODE.get();
        ObjectNode body = one.body(node.docs, operation);
        Set<String> fields = new TreeSet<>();
        node.docs.writable(operation).forEach((field, schema) -> {
            if (!isObject(schema)) {
                fields.add(field);
            }
        });
        fields.forEach(field -> body.putObject(field).put("nothing", 1));
        body.put("surprise", true);
        fields.add("surprise");

        Http.Answer answer = send(operation, new Bad(one.path(operation.path()), Http.Body.json(body)));

        assertThat(answer.code()).as(answer.text()).isEqualTo("VALIDATION_FAILED");
        Set<String> named = new TreeSet<>();
        answer.json().at("/details/errors").fieldNames().forEachRemaining(named::add);
        assertThat(named).containsAll(fields);
    }

    // Read-only fields are ignored by a PUT and refused elsewhere; neither ever writes them.
    @ParameterizedTest
    @MethodSource("withBody")
    void neverWritesWhatMayNotBeWritten(Operation operation) {
        var node = NODE.get();
        for (String field : BadInput.FORBIDDEN) {
            if (node.docs.writable(operation).containsKey(field)) {
                continue;
            }
            ObjectNode body = operation.method().equals("PUT")
                    ? JsonNodeFactory.instance.objectNode()
                    : one.body(node.docs, operation);
            BadInput.forbid(body, field, other);
            String path = one.path(operation.path());
            JsonNode before = read(operation, path);

            Http.Answer answer = send(operation, new Bad(path, Http.Body.json(body)));

            if (!answer.isGood()) {
                assertThat(answer.code()).as(field + ": " + answer.text()).isEqualTo("VALIDATION_FAILED");
            } else {
                assertThat(operation.method()).as(field + ": " + answer.text()).isEqualTo("PUT");
            }
            JsonNode after = read(operation, path).path(field);
            if (field.equals("updated_at")) {
                assertThat(after).isNotEqualTo(body.get(field));
            } else {
                assertThat(after).as(field).isEqualTo(before.path(field));
            }
        }
    }

    private static JsonNode read(Operation operation, String path) {
        var node = NODE.get();
        return node.docs.has("GET", operation.path())
                ? one.caller(operation.role()).get(path).data()
                : MissingNode.getInstance();
    }

    private static Http.Answer send(Operation operation, Bad bad) {
        return one.caller(operation.role())
                .send(bad.method() == null ? operation.method() : bad.method(), bad.path(), bad.headers(), bad.body());
    }

    private static void isInForm(Bad bad, Http.Answer answer) {
        String said = bad + "\n" + answer.status() + " " + answer.text();
        JsonNode json = answer.json();
        assertThat(json.path("error").asBoolean()).as(said).isTrue();
        assertThat(json.path("message").asText())
                .as(said)
                .isNotBlank()
                .doesNotContain("Exception", "SELECT", "dev.merit");
        assertThat(STRATEGIES).as(said).contains(json.path("retry_strategy").asText());
        assertThat(answer.response().headers().firstValue("X-Request-Id"))
                .as(said)
                .isPresent();
        int expected =
                switch (answer.code()) {
                    case "MALFORMED_JSON", "MALFORMED_REQUEST" -> 400;
                    case "NOT_FOUND" -> 404;
                    case "METHOD_NOT_ALLOWED" -> 405;
                    case "CONFLICT", "HAS_DEPENDENTS" -> 409;
                    case "PRECONDITION_FAILED" -> 412;
                    case "PAYLOAD_TOO_LARGE" -> 413;
                    case "UNSUPPORTED_MEDIA_TYPE" -> 415;
                    case "SCOPE_INSUFFICIENT", "LIMIT_REACHED" -> 403;
                    default -> 422;
                };
        assertThat(answer.status()).as(said).isEqualTo(expected);
        if (answer.code().equals("VALIDATION_FAILED")) {
            assertThat(json.at("/details/errors").size()
                            + json.at("/details/items").size())
                    .as(said)
                    .isPositive();
        }
        if (expected == 405) {
            assertThat(answer.response().headers().firstValue("Allow")).as(said).isPresent();
        }
    }

    private static boolean isObject(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.asText().equals("object") || type.toString().contains("\"object\"");
    }
}
