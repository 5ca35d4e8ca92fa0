package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A partner with one of everything, and a member of its own. It is made through the API from the document's examples,
 * so that a new resource is covered by being documented and named in {@link #RESOURCES}.
 */
final class Tenant {
    /** In the order in which one needs the other. */
    private static final List<String> RESOURCES =
            List.of("clubs", "cards", "rewards", "tiers", "staff", "stamp-cards", "vouchers", "keys");

    /** What the ids in bodies and queries name, where the field's name does not say it. */
    private static final Map<String, String> KINDS =
            Map.of("reward_card", "cards", "points_card", "cards", "target_tier", "tiers", "staff", "staff");

    private static final String SPARE = "spare-";

    private static final Pattern PARAMETER = Pattern.compile("/([a-z-]+)/\\{([A-Za-z]+)}");

    final Map<String, String> ids = new HashMap<>();
    private final Map<String, Http> callers = new HashMap<>();

    private Tenant() {}

    static Tenant make(ApiDocs docs, Http admin, String name) {
        Tenant tenant = new Tenant();
        tenant.callers.put("admin", admin);
        JsonNodeFactory json = JsonNodeFactory.instance;
        ObjectNode partner = docs.operation("POST", "/admin/partners").example();
        partner.put("email", name + "@partner.example");
        partner.remove(List.of("limits", "permissions"));
        String id = tenant.made("partners", admin.post("/admin/partners", partner));
        var _ = tenant.made(
                SPARE + "partners", admin.post("/admin/partners", partner.put("email", name + "@spare.example")));
        var _ = tenant.made(SPARE + "members", admin.post("/admin/members", json.objectNode()));
        ObjectNode key = json.objectNode().put("name", "all").put("preset", "full");
        var _ = tenant.made(SPARE + "keys", admin.post("/admin/keys", key));
        tenant.callers.put(
                "partner",
                admin.with(admin.post("/admin/partners/" + id + "/keys", key)
                        .data()
                        .get("key")
                        .textValue()));
        String member = tenant.made(
                "members", admin.post("/admin/members", json.objectNode().put("email", name + "@member.example")));
        ObjectNode memberKey = json.objectNode().put("name", "all").put("preset", "full_access");
        tenant.callers.put(
                "member",
                admin.with(admin.post("/admin/members/" + member + "/keys", memberKey)
                        .data()
                        .get("key")
                        .textValue()));
        tenant.fill(docs);
        return tenant;
    }

    /** Whoever may call operations of this role, with every scope. */
    Http caller(String role) {
        Http caller = callers.get(role);
        if (caller == null) {
            throw new IllegalStateException("nobody has the role " + role);
        }
        return caller;
    }

    /** The path with this tenant's ids in place of its parameters. */
    String path(String template) {
        return path(template, "", "");
    }

    /** The same, but with {@code instead} for one of the parameters. */
    String path(String template, String parameter, String instead) {
        Matcher matcher = PARAMETER.matcher(template);
        StringBuilder path = new StringBuilder();
        while (matcher.find()) {
            String id = matcher.group(2).equals(parameter) ? instead : id(spare(template) + kindOfPath(matcher));
            matcher.appendReplacement(path, "/" + matcher.group(1) + "/" + id);
        }
        return matcher.appendTail(path).toString();
    }

    /** Operators try their things on others than the tenant itself. */
    private static String spare(String template) {
        return template.startsWith("/admin/") ? SPARE : "";
    }

    /** Names of the parameters in a path, each with the kind of thing it names. */
    static Map<String, String> parameters(String template) {
        Map<String, String> found = new HashMap<>();
        Matcher matcher = PARAMETER.matcher(template);
        while (matcher.find()) {
            found.put(matcher.group(2), kindOfPath(matcher));
        }
        return found;
    }

    /** The document's example of a body, with this tenant's ids and member. */
    ObjectNode body(ApiDocs docs, ApiDocs.Operation operation) {
        ObjectNode body = operation.example();
        adapt(body);
        // A reference that the shop gives once must differ from request to request.
        eachObject(body, object -> {
            if (object.has("order_reference")) {
                object.put("order_reference", "ref-" + UUID.randomUUID());
            }
            if (object.has("idempotency_key")) {
                object.put("idempotency_key", "key-" + UUID.randomUUID());
            }
        });
        return body;
    }

    String id(String kind) {
        String id = ids.get(kind);
        if (id == null) {
            throw new IllegalStateException("no tenant has any of " + kind + ": add it to Tenant.RESOURCES");
        }
        return id;
    }

    /** The kind of thing that a field such as {@code card_ids} names. */
    static String kindOfField(String field) {
        String stem = field.replaceAll("_ids?$", "");
        return KINDS.getOrDefault(stem, stem.replace('_', '-') + "s");
    }

    private void fill(ApiDocs docs) {
        Http partner = caller("partner");
        for (String resource : RESOURCES) {
            if (docs.has("POST", "/partner/" + resource)) {
                var create = docs.operation("POST", "/partner/" + resource);
                var _ = made(resource, partner.post("/partner/" + resource, body(docs, create)));
            }
        }
        ObjectNode purchase = JsonNodeFactory.instance
                .objectNode()
                .put("card_id", id("cards"))
                .put("member_identifier", id("members"))
                .put("purchase_amount", 100_000);
        String path = "/partner/transactions/purchase";
        ids.put(
                "transactions",
                partner.post(path, purchase).data().path("transaction_id").asText());
        if (docs.has("POST", "/partner/vouchers/{id}/redeem")) {
            var redeem = partner.post(
                    "/partner/vouchers/" + id("vouchers") + "/redeem",
                    body(docs, docs.operation("POST", "/partner/vouchers/{id}/redeem")));
            assertThat(redeem.isGood()).as(redeem.text()).isTrue();
            ids.put("redemptions", redeem.data().path("redemption_id").asText());
        }
        if (docs.has("POST", "/member/rewards/{id}/claim")) {
            var claim = caller("member")
                    .post("/member/rewards/" + id("rewards") + "/claim", JsonNodeFactory.instance.objectNode());
            assertThat(claim.isGood()).as(claim.text()).isTrue();
            ids.put("claims", claim.data().path("claim_id").asText());
        }
    }

    private String made(String kind, Http.Answer answer) {
        assertThat(answer.status()).as(kind + ": " + answer.text()).isEqualTo(201);
        ids.put(kind, answer.data().path("id").asText());
        return id(kind);
    }

    private void adapt(JsonNode node) {
        eachObject(node, object -> object.properties().forEach(field -> {
            String name = field.getKey();
            if (name.equals("member_identifier")) {
                field.setValue(TextNode.valueOf(id("members")));
            } else if (name.endsWith("_id") && field.getValue().isTextual()) {
                field.setValue(TextNode.valueOf(id(kindOfField(name))));
            } else if (name.endsWith("_ids") && field.getValue() instanceof ArrayNode array) {
                array.removeAll();
                array.add(id(kindOfField(name)));
            }
        }));
    }

    private static void eachObject(JsonNode node, Consumer<ObjectNode> action) {
        if (node instanceof ObjectNode object) {
            action.accept(object);
        }
        node.forEach(child -> eachObject(child, action));
    }

    private static String kindOfPath(Matcher matcher) {
        return matcher.group(2).equals("cardId") ? "cards" : matcher.group(1);
    }
}
