package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.node.ApiDocs.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Every operation of the document × every position of an id × another tenant's id: the answer is that of an id that
 * nobody ever had, and nothing of the other tenant changes. A new operation is covered by being documented.
 */
@ResourceLock(SharedNode.LOCK)
final class TenantMatrixIT {
    @RegisterExtension
    static final SharedNode NODE = new SharedNode();

    /** Where a tenant with one of everything is refused or answered before this id is looked at. */
    private static final Set<String> LOOKED_AT_LATER = Set.of(
            "PUT /partner/cards/{id} body club_id", // Members have points on the card: it stays in its club.
            "POST /member/rewards/{id}/claim body card_id"); // A pending claim is answered again.

    /** Members are nobody's tenants: any live card is theirs to follow, whoever's it is. */
    private static final Set<String> OPEN_TO_ALL_MEMBERS =
            Set.of("POST /member/discover/follow body card_id", "POST /member/discover/unfollow body card_id");

    private static Tenant one;
    private static Tenant other;

    @BeforeAll
    static void makeTenants() {
        one = NODE.get().tenant("matrix-one");
        other = NODE.get().tenant("matrix-other");
    }

    /** One place where an id can stand, and how the request looks with another id there. */
    private record Position(String name, String kind, boolean inQuery, UnaryOperator<Request> put) {}

    private record Request(String method, String path, ObjectNode body, String id) {}

    @TestFactory
    Stream<DynamicTest> answersForeignIdsLikeUnknownOnes() {
        var node = NODE.get();
        Map<String, String> before = everythingOf(node);
        List<DynamicTest> tests = new ArrayList<>();
        int positions = 0;
        for (Operation operation : node.docs.operations()) {
            if (!operation.role().equals("admin")) {
                for (Position position : positions(node, operation)) {
                    if (OPEN_TO_ALL_MEMBERS.contains(operation + " " + position.name())) {
                        continue;
                    }
                    positions++;
                    tests.add(DynamicTest.dynamicTest(
                            operation + " " + position.name(), () -> compare(operation, position)));
                }
            }
        }
        // Breaks when the generator finds nothing to do.
        assertThat(positions).isGreaterThan(50);
        return Stream.concat(
                tests.stream(), Stream.of(DynamicTest.dynamicTest("leaves the other tenant as it was", () -> assertThat(
                                everythingOf(node))
                        .isEqualTo(before))));
    }

    private void compare(Operation operation, Position position) {
        var node = NODE.get();
        String foreign = other.id(position.kind());
        String unknown = UUID.randomUUID().toString();

        Http.Answer forForeign = send(node, operation, position, foreign);
        Http.Answer forUnknown = send(node, operation, position, unknown);

        assertThat(anonymous(forForeign, foreign)).isEqualTo(anonymous(forUnknown, unknown));
        if (!position.inQuery() && !LOOKED_AT_LATER.contains(operation + " " + position.name())) {
            assertThat(forUnknown.text()).as("an id that leads nowhere").contains("NOT_FOUND");
        }
    }

    private static Http.Answer send(SharedNode.Started node, Operation operation, Position position, String id) {
        ObjectNode body = operation.hasBody() ? one.body(node.docs, operation) : JsonNodeFactory.instance.objectNode();
        Request request = position.put().apply(new Request(operation.method(), one.path(operation.path()), body, id));
        return one.caller(operation.role())
                .send(
                        request.method(),
                        request.path(),
                        List.of(),
                        operation.hasBody() ? Http.Body.json(request.body()) : null);
    }

    private static List<Position> positions(SharedNode.Started node, Operation operation) {
        List<Position> positions = new ArrayList<>();
        new TreeMap<>(Tenant.parameters(operation.path()))
                .forEach((name, kind) -> positions.add(
                        new Position("path " + name, kind, false, request -> inPath(operation, name, request))));
        for (String name : node.docs.query(operation)) {
            if (name.endsWith("_id")) {
                positions.add(new Position(
                        "query " + name,
                        Tenant.kindOfField(name),
                        true,
                        request -> new Request(
                                request.method(),
                                request.path() + "?" + name + "=" + request.id(),
                                request.body(),
                                request.id())));
            }
        }
        if (operation.hasBody()) {
            node.docs.writable(operation).forEach((name, schema) -> {
                if (node.docs.isId(schema)) {
                    positions.add(new Position(
                            "body " + name, Tenant.kindOfField(name), false, request -> inBody(name, schema, request)));
                } else if (schema.has("items")) {
                    var items = node.docs.resolved(schema.get("items"));
                    for (var inner : items.path("properties").properties()) {
                        if (node.docs.isId(inner.getValue())) {
                            positions.add(new Position(
                                    "body " + name + "[]." + inner.getKey(),
                                    Tenant.kindOfField(inner.getKey()),
                                    false,
                                    request -> inItems(name, inner.getKey(), request)));
                        }
                    }
                }
            });
        }
        return positions;
    }

    private static Request inPath(Operation operation, String name, Request request) {
        return new Request(
                request.method(), one.path(operation.path(), name, request.id()), request.body(), request.id());
    }

    private static Request inBody(String name, JsonNode schema, Request request) {
        if (schema.has("items")) {
            request.body().putArray(name).add(request.id());
        } else {
            request.body().put(name, request.id());
        }
        // A reward takes its cards by one of two names.
        if (name.equals("card_id") && request.body().has("card_ids")) {
            request.body().remove("card_ids");
        } else if (name.equals("card_ids")) {
            request.body().remove("card_id");
        }
        return request;
    }

    private static Request inItems(String name, String inner, Request request) {
        ArrayNode items = (ArrayNode) request.body().get(name);
        ((ObjectNode) items.get(0)).put(inner, request.id());
        while (items.size() > 1) {
            items.remove(1); // The others would succeed, each time with ids of their own.
        }
        return request;
    }

    /** Without what differs between any two requests. */
    private static String anonymous(Http.Answer answer, String id) {
        return answer.status() + " " + answer.text().replace(id, "ID");
    }

    /** All that the other tenant can read of its own. */
    private static Map<String, String> everythingOf(SharedNode.Started node) {
        Map<String, String> found = new TreeMap<>();
        for (Operation operation : node.docs.operations()) {
            if (operation.reads() && operation.path().startsWith("/partner/")) {
                String path = other.path(operation.path());
                found.put(path, other.caller("partner").get(path).text().replaceAll("\"last_used_at\":[^,}]*", ""));
            }
        }
        return found;
    }
}
