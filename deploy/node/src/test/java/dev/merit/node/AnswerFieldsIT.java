package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.node.ApiDocs.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is answered has the documented fields, all of them and no other, in every operation that reads. */
@ResourceLock(SharedNode.LOCK)
final class AnswerFieldsIT {
    @RegisterExtension
    static final SharedNode NODE = new SharedNode();

    /** Fields that an answer has only when something is wrong with it. */
    private static final Set<String> ONLY_IN_TROUBLE = Set.of("missing");

    private static Tenant one;

    @BeforeAll
    static void makeTenant() {
        one = NODE.get().tenant("fields-one");
    }

    static Stream<Operation> reads() {
        return NODE.get().docs.operations().stream().filter(Operation::reads);
    }

    // Breaks when a record grows a field that nobody documented, or an entity is answered as it is stored.
    @ParameterizedTest
    @MethodSource("reads")
    void answersTheDocumentedFieldsAndNoOther(Operation operation) {
        Http.Answer answer = one.caller(operation.role()).get(one.path(operation.path()));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(fields(answer.json())).containsExactlyInAnyOrder(expectedOf(answer.json()));
        JsonNode data = answer.data();
        if (data.isArray()) {
            for (JsonNode row : data) {
                assertThat(fields(row)).isEqualTo(NODE.get().docs.dataFields(operation));
            }
        } else {
            List<String> documented = new ArrayList<>(NODE.get().docs.dataFields(operation));
            documented.removeAll(ONLY_IN_TROUBLE);
            assertThat(fields(data)).isEqualTo(documented);
        }
    }

    // Breaks when a resource forgets its entity tag, or answers it anew to somebody who has it.
    @ParameterizedTest
    @MethodSource("reads")
    void answersNothingNewToWhoHasIt(Operation operation) {
        boolean promised = operation.json().at("/responses/200/headers/ETag").isObject();
        String path = one.path(operation.path());
        Http caller = one.caller(operation.role());
        Optional<String> etag = caller.get(path).response().headers().firstValue("ETag");

        assertThat(etag.isPresent()).isEqualTo(promised);
        if (etag.isEmpty()) {
            return;
        }
        Http.Answer again = caller.send("GET", path, List.of("If-None-Match", etag.get()), null);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.text()).isEmpty();
        if (NODE.get().docs.has("PUT", operation.path())) {
            Http.Answer change = caller.send("PUT", path, List.of("If-Match", "\"older\""), Http.Body.json("{}"));
            assertThat(change.code()).isEqualTo("PRECONDITION_FAILED");
        }
    }

    private static String[] expectedOf(JsonNode envelope) {
        return envelope.has("pagination")
                ? new String[] {"error", "data", "pagination"}
                : new String[] {"error", "data"};
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        names.sort(null);
        return names;
    }
}
