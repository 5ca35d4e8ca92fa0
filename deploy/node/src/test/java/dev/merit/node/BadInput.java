package dev.merit.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.node.ApiDocs.Operation;
import dev.merit.node.Http.Body;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What goes wrong on the way to an API, by mistake or on purpose. */
final class BadInput {
    /** Fields that belong to the system, to another tenant, or to nobody. */
    static final List<String> FORBIDDEN = List.of(
            "id",
            "partner_id",
            "owner",
            "owner_id",
            "role",
            "key_hash",
            "prefix",
            "created_at",
            "updated_at",
            "deleted_at",
            "unique_identifier",
            "member_number",
            "rewards_count",
            "members_count",
            "times_redeemed",
            "times_used",
            "remaining_uses",
            "balance",
            "balance_after",
            "lifetime_points",
            "points_awarded",
            "transaction_id",
            "last_used_at",
            "last_login_at",
            "number_of_times_logged_in",
            "club_name",
            "avatar",
            "is_anonymous",
            "revoked_at",
            "reversed_by");

    /** Values that a field may or may not take; written as JSON, since some have no other form. */
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "0.001",
            "1e400",
            "1e-400",
            "9223372036854775808",
            "-9223372036854775809",
            "\"\"",
            "\" \"",
            "\"nothing\"",
            "\"a\\u0000b\"",
            "\"\\ud800\"",
            "\"2026-02-30T25:00:00Z\"",
            "\"2026-01-01 00:00:00Z\"",
            "\"2016-12-31T23:59:60Z\"",
            "\"-2026-01-01T00:00:00Z\"",
            "\"'; DROP TABLE ledger.entry; --\"",
            "\"" + "long ".repeat(3_000) + "\"",
            "[]",
            "[null]",
            "[[]]",
            "{}",
            "{\"a\":{\"b\":1}}");

    private static final List<String> IDS = List.of(
            "x",
            "0",
            "00000000-0000-0000-0000-00000000000",
            "%2F",
            "..%2F..",
            "%00",
            "%ED%A0%80",
            "%FF",
            "a".repeat(3_000),
            "00000000-0000-0000-0000-000000000000%2Fbalance");

    private static final List<String> QUERIES = List.of(
            "page=0",
            "page=-1",
            "page=99999999999999999999",
            "page=one",
            "per_page=0",
            "per_page=101",
            "per_page=1.5",
            "cursor=%25%25",
            "cursor=AAAA",
            "cursor=" + "A".repeat(600),
            "from=2026-13-01",
            "from=yesterday",
            "to=%00",
            "q=%00",
            "q=" + "a".repeat(300),
            "is_active=maybe",
            "club_id=x",
            "card_id=x",
            "partner_id=x",
            "event=nothing",
            "status=nothing",
            "member_identifier=%ED%A0%80");

    private BadInput() {}

    /**
     * A request that should be refused.
     *
     * @param method null for the operation's own
     */
    record Bad(
            @Nullable String method,
            String path,
            List<String> headers,
            @Nullable Body body) {
        Bad(String path, @Nullable Body body) {
            this(null, path, List.of(), body);
        }
    }

    /** All that is tried on one operation. */
    static List<Bad> of(ApiDocs docs, Tenant tenant, Operation operation) {
        List<Bad> all = new ArrayList<>();
        String path = tenant.path(operation.path());
        Body good = operation.hasBody() ? Body.json(tenant.body(docs, operation)) : null;
        Tenant.parameters(operation.path())
                .keySet()
                .forEach(parameter ->
                        IDS.forEach(id -> all.add(new Bad(tenant.path(operation.path(), parameter, id), good))));
        all.add(new Bad(path + "/", good));
        all.add(new Bad(path.replaceFirst("/([a-z]+)$", "//$1") + "//", good));
        all.add(new Bad(path.replace("/partner/", "/Partner/") + "x", good));
        all.add(new Bad("PATCH", path, List.of(), good));
        all.add(new Bad("PROPFIND", path, List.of(), null));
        if (operation.reads()) {
            QUERIES.stream()
                    .filter(query -> docs.query(operation).contains(query.substring(0, query.indexOf('='))))
                    .forEach(query -> all.add(new Bad(path + "?" + query, null)));
        } else {
            all.add(new Bad(null, path, List.of("Idempotency-Key", "k".repeat(300)), good));
            all.add(new Bad(null, path, List.of("Idempotency-Key", ""), good));
        }
        if (operation.method().equals("PUT") || operation.method().equals("DELETE")) {
            all.add(new Bad(null, path, List.of("If-Match", "\"of another time\""), good));
        }
        if (operation.hasBody()) {
            bodies(docs, tenant, operation).forEach(body -> all.add(new Bad(path, body)));
        }
        return all;
    }

    private static List<Body> bodies(ApiDocs docs, Tenant tenant, Operation operation) {
        List<Body> all = new ArrayList<>();
        String good = tenant.body(docs, operation).toString();
        for (String type :
                List.of("", "text/plain", "application/xml", "application/json; charset=utf-16", "nonsense")) {
            all.add(new Body(good, StandardCharsets.UTF_8, type));
        }
        for (String text : List.of("", "[]", "\"x\"", "1", "null", "{", good + "x", "{\"a\":1,\"a\":2}", "{'a':1}")) {
            all.add(Body.json(text));
        }
        all.add(Body.json("[".repeat(5_000) + "]".repeat(5_000)));
        all.add(Body.json("{\"surprise\":" + "{\"a\":".repeat(500) + "1" + "}".repeat(501)));
        all.add(new Body("{\"\u00ff\":1}", StandardCharsets.ISO_8859_1, "application/json"));
        all.add(Body.json("{\"name\":\"" + "m".repeat(1_100_000) + "\"}"));
        all.add(Body.json(good.replaceFirst("\\{", "{\"a\\\\u0000b\":1,")));
        for (String name : docs.required(operation)) {
            ObjectNode without = tenant.body(docs, operation);
            without.remove(name);
            all.add(Body.json(without));
        }
        for (Map.Entry<String, JsonNode> field : docs.writable(operation).entrySet()) {
            for (String value : VALUES) {
                all.add(Body.json(with(tenant.body(docs, operation), field.getKey(), value)));
            }
        }
        return all;
    }

    /** Puts a value that no JSON library would write. */
    private static String with(ObjectNode body, String field, String value) {
        body.put(field, "@@value@@");
        return body.toString().replace("\"@@value@@\"", value);
    }

    /** A believable value for a field that nobody may write. */
    static void forbid(ObjectNode body, String field, Tenant other) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        if (field.endsWith("id") && !field.equals("is_anonymous")) {
            body.put(field, other.id("clubs"));
        } else if (field.endsWith("_at")) {
            body.put(field, "2020-01-01T00:00:00Z");
        } else if (field.contains("count")
                || field.contains("times")
                || field.contains("points")
                || field.contains("balance")) {
            body.set(field, json.numberNode(777));
        } else {
            body.put(field, "777");
        }
    }
}
