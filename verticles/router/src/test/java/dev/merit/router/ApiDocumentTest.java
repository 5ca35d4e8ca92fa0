package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merit.contracts.discovery.DiscoveryRequest;
import dev.merit.contracts.keys.KeysRequest;
import dev.merit.contracts.points.PointsRequest;
import dev.merit.contracts.points.WalletRequest;
import dev.merit.contracts.registry.RegistryRequest;
import dev.merit.contracts.stamps.StampsRequest;
import dev.merit.contracts.vouchers.VouchersRequest;
import dev.merit.platform.bus.Bus;
import dev.merit.router.openapi.ApiDocument;
import dev.merit.router.openapi.Complaints;
import dev.merit.router.openapi.Operation;
import dev.merit.router.routes.AllRoutes;
import dev.merit.router.tools.Toolbox;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What an integrator and our own code may rely on in the document. */
final class ApiDocumentTest {
    private static final Map<String, List<Class<?>>> DOMAINS = Map.of(
            "keys", List.of(KeysRequest.class),
            "discovery", List.of(DiscoveryRequest.class),
            "registry", List.of(RegistryRequest.class),
            "points", List.of(PointsRequest.class, WalletRequest.class),
            "stamps", List.of(StampsRequest.class),
            "vouchers", List.of(VouchersRequest.class));
    /** What changes nothing, but would not fit into an address. */
    private static final Set<String> ASKING_BY_POST = Set.of("discovery.resolve");

    private final ApiDocument api = ApiDocument.load();
    private final JsonNode document = api.json();

    @Test
    void hasAnEndpointForEveryOperationAndNoOther() {
        // Breaks when an operation is written without its route, or a route without its operation.
        Vertx vertx = Vertx.vertx();
        try {
            var endpoints = AllRoutes.endpoints(Bus.of(vertx), InstantSource.system(), new Toolbox(api));
            List<String> documented =
                    new ArrayList<>(api.operations().stream().map(Operation::id).toList());
            assertThat(documented).doesNotHaveDuplicates();
            documented.remove("router.docs"); // Answered by the document itself.
            assertThat(endpoints.keySet()).containsExactlyInAnyOrderElementsOf(documented);
        } finally {
            assertThat(vertx.close()).isNotNull();
        }
    }

    @Test
    void documentsWhatIsPromisedAndNothingElse() {
        // Breaks when an operation is forgotten, added without being promised, or opened by other scopes.
        assertThat(api.operations().stream()
                        .map(each -> new Promised(each.method(), each.path(), Set.copyOf(each.scopes()))))
                .containsExactlyInAnyOrderElementsOf(Promised.all());
    }

    @Test
    void namesEveryOperationAfterItsRequest() {
        // The one-word rule: the last word of the id is the request record of that domain.
        for (Operation operation : api.operations()) {
            String domain = operation.id().substring(0, operation.id().indexOf('.'));
            if (domain.equals("router")) {
                continue;
            }
            String word = operation.id().substring(operation.id().lastIndexOf('.') + 1);
            String record = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            assertThat(DOMAINS.getOrDefault(domain, List.of()).stream()
                            .flatMap(requests -> Arrays.stream(requests.getDeclaredClasses()))
                            .map(Class::getSimpleName))
                    .as(operation.id())
                    .contains(record);
        }
    }

    @Test
    void describesEveryOperationInFull() {
        assertThat(document.path("openapi").asText()).startsWith("3.1.");
        eachOperation((id, operation) -> {
            assertThat(operation.path("summary").asText()).as(id).isNotBlank();
            assertThat(operation.path("description").asText()).as(id).isNotBlank();
            assertThat(operation.path("x-scopes").isArray()).as(id).isTrue();
            assertThat(operation.path("tags").size()).as(id).isEqualTo(1);
            List<String> statuses = new ArrayList<>();
            operation.path("responses").fieldNames().forEachRemaining(statuses::add);
            if (!operation.has("security")) {
                assertThat(statuses).as(id).contains("401", "403", "404", "422", "429", "500", "503");
            }
            if (operation.has("requestBody")) {
                assertThat(statuses).as(id).contains("400", "413", "415");
                assertThat(operation
                                .at("/requestBody/content/application~1json/example")
                                .isObject())
                        .as(id)
                        .isTrue();
            }
        });
    }

    @Test
    void promisesVersionsOnlyWhereThereAreSome() {
        // Breaks when a list or a key, which have no entity tag, are said to honour conditions.
        eachOperation((id, operation) -> {
            boolean tagged = operation.at("/responses/200/headers/ETag").isObject();
            assertThat(operation.path("responses").has("304")).as(id).isEqualTo(tagged);
        });
        assertThat(document.at("/paths/~1partner~1clubs~1{id}/get/responses/304")
                        .isObject())
                .isTrue();
        assertThat(document.at("/paths/~1partner~1clubs~1{id}/delete/responses/412")
                        .isObject())
                .isTrue();
        assertThat(document.at("/paths/~1partner~1keys~1{id}/delete/responses/412")
                        .isMissingNode())
                .isTrue();
    }

    @Test
    void acceptsItsOwnExamplesOfBodies() {
        // Breaks when an example, which people paste, is refused by the schema beside it.
        for (Operation operation : api.operations()) {
            if (operation.body() != null) {
                JsonNode example = json(operation).at("/requestBody/content/application~1json/example");
                var complaints = new Complaints();
                var body = operation.body().read(example.toString().getBytes(StandardCharsets.UTF_8), complaints);
                assertThat(complaints.byField()).as(operation.id()).isEmpty();
                assertThat(body.isEmpty()).as(operation.id()).isFalse();
            }
        }
    }

    @Test
    void opensGetsWithReadAndWithTheScopesThatWriteTheSameThing() {
        // Breaks when a GET forgets `read`, or a scope that writes X does not open the GETs of X.
        for (Operation get : api.operations()) {
            if (!get.reads() || get.scopes().isEmpty()) {
                continue;
            }
            assertThat(get.scopes()).as(get.id()).contains("read");
            for (Operation write : api.operations()) {
                if (!write.reads() && write.path().equals(get.path())) {
                    assertThat(get.scopes()).as(get.id()).containsAll(write.scopes());
                }
            }
        }
        for (Operation write : api.operations()) {
            if (!write.reads() && !ASKING_BY_POST.contains(write.id())) {
                assertThat(write.scopes()).as(write.id()).isNotEmpty().doesNotContain("read");
            }
        }
    }

    @Test
    void leadsEveryReferenceSomewhereAndLeavesNoAbbreviation() {
        eachNode(document, node -> {
            if (node.path("$ref").isTextual()) {
                assertThat(document.at(node.get("$ref").asText().substring(1)).isMissingNode())
                        .as(node.toString())
                        .isFalse();
            }
            for (String word : List.of("x-data", "x-list-of", "x-complete", "x-create-of", "x-update-of", "x-fields")) {
                assertThat(node.has(word)).as(word).isFalse();
            }
        });
        assertThat(document.has("x-shared")).isFalse();
        assertThat(document.has("x-files")).isFalse();
    }

    // Breaks when a generated client counts points in 32 bits, or gets a class named after a status.
    @Test
    void tellsGeneratorsWhatTheyHaveToKnow() {
        eachNode(document.path("components"), node -> {
            if (node.path("type").toString().contains("\"integer\"")) {
                assertThat(node.path("format").asText()).as(node.toString()).isIn("int32", "int64");
            }
            if (node.path("const").isValueNode()) {
                assertThat(node.has("type")).as(node.toString()).isTrue();
            }
        });
        assertThat(document.at("/components/schemas/Purchased/properties/new_balance/format")
                        .asText())
                .isEqualTo("int64");
        assertThat(document.at("/components/parameters/PerPage/schema/format").asText())
                .isEqualTo("int32");
        eachOperation((id, operation) -> operation.path("responses").forEach(response -> {
            JsonNode schema = response.at("/content/application~1json/schema");
            if (!id.equals("router.docs") && !schema.isMissingNode()) {
                assertThat(schema.path("$ref").asText()).as(id).isNotEmpty();
            }
        }));
    }

    @Test
    void listsEveryCodeOfTheContract() {
        List<String> codes = new ArrayList<>();
        document.at("/components/schemas/ErrorCode/enum").forEach(code -> codes.add(code.asText()));
        assertThat(codes)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(dev.merit.contracts.Problem.Code.values())
                        .map(Enum::name)
                        .toList());
    }

    @Test
    void keepsAmountsExact() {
        // Breaks when the YAML is read through doubles.
        assertThat(document.at("/components/schemas/PurchaseCreate/properties/purchase_amount/minimum")
                        .decimalValue())
                .isEqualByComparingTo("0.01");
        assertThat(document.at("/components/schemas/Purchased/example/purchase_amount")
                        .decimalValue())
                .isEqualTo(new java.math.BigDecimal("24.50"));
    }

    private JsonNode json(Operation operation) {
        return document.path("paths")
                .path(operation.path())
                .path(operation.method().toLowerCase(Locale.ROOT));
    }

    private void eachOperation(java.util.function.BiConsumer<String, JsonNode> check) {
        for (Operation operation : api.operations()) {
            check.accept(operation.id(), json(operation));
        }
    }

    private static void eachNode(JsonNode node, Consumer<JsonNode> check) {
        check.accept(node);
        node.forEach(child -> eachNode(child, check));
    }
}
