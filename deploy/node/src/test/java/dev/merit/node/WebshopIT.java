package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a webshop does with the keys of a member and of a partner. */
@ResourceLock(SharedNode.LOCK)
final class WebshopIT {
    @RegisterExtension
    static final SharedNode NODE = new SharedNode();

    private static Tenant one;
    private static Tenant other;
    private static Http member;
    private static Http partner;

    @BeforeAll
    static void open() {
        one = NODE.get().tenant("webshop-one");
        other = NODE.get().tenant("webshop-other");
        member = one.caller("member");
        partner = one.caller("partner");
    }

    // The whole way: wallet at login, rewards on the product page, a purchase at checkout, the balance afterwards.
    @Test
    void servesAWebshopFromLoginToAfterThePurchase() {
        String card = newCard("Webshop");
        String reward = newReward(card, 120);
        assertThat(follow(card, "follow-" + card).data().path("is_following").asBoolean())
                .isTrue();

        Http.Answer login = member.get("/member/balance");
        assertThat(balance(login, card)).isZero();
        String tag = login.response().headers().firstValue("ETag").orElseThrow();
        assertThat(unless(tag, "/member/balance").status()).isEqualTo(304);

        JsonNode offered = row(member.get("/member/rewards?per_page=100"), "id", reward);
        assertThat(offered.path("can_afford").asBoolean()).isFalse();
        assertThat(offered.path("points_missing").asLong()).isEqualTo(120);

        Http.Answer bought = purchase(card, "125.50");
        assertThat(bought.status()).as(bought.text()).isEqualTo(201);

        Http.Answer after = unless(tag, "/member/balance");
        assertThat(after.status()).isEqualTo(200);
        assertThat(balance(after, card)).isEqualTo(125);
        JsonNode now = row(member.get("/member/rewards?per_page=100"), "id", reward);
        assertThat(now.path("can_afford").asBoolean()).isTrue();
        assertThat(now.path("best_balance").asLong()).isEqualTo(125);
        Http.Answer history = member.get("/member/transactions/" + card);
        assertThat(history.data().get(0).path("purchase_amount").decimalValue()).isEqualByComparingTo("125.5");
        assertThat(history.json().at("/pagination/total").asLong()).isEqualTo(1);
    }

    // Breaks when a member reaches another's things by an id, or a list leaks them.
    @Test
    void keepsTwoMembersApart() {
        Http stranger = other.caller("member");
        String card = one.id("cards");
        for (String path : List.of("/member/cards/" + card, "/member/transactions/" + card)) {
            Http.Answer foreign = stranger.get(path);
            Http.Answer unknown =
                    stranger.get(path.replace(card, UUID.randomUUID().toString()));
            assertThat(foreign.status()).isEqualTo(404);
            assertThat(foreign.text()).isEqualTo(unknown.text());
            assertThat(member.get(path).status()).isEqualTo(200);
        }
        for (String path : List.of("/member/balance", "/member/cards", "/member/transactions", "/member/rewards")) {
            assertThat(stranger.get(path).text()).as(path).doesNotContain(card, one.id("rewards"), one.id("members"));
            assertThat(member.get(path).text()).as(path).contains(card);
        }
        assertThat(stranger.get("/member/profile").data().path("id").asText()).isEqualTo(other.id("members"));
    }

    // Breaks when a field of a club, of staff or of the till's own numbers comes into a member's answer.
    @Test
    void showsNothingOfClubs() {
        for (String path : List.of(
                "/member/balance",
                "/member/cards",
                "/member/cards/" + one.id("cards"),
                "/member/transactions",
                "/member/rewards",
                "/member/profile")) {
            Http.Answer answer = member.get(path);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.text()).doesNotContain("club", one.id("clubs"), "staff_id", "order_reference");
        }
    }

    @Test
    void followsOnceHoweverOftenItIsSent() {
        String card = newCard("Followed");
        String key = "follow-" + card;

        Http.Answer first = follow(card, key);
        Http.Answer again = follow(card, key);

        assertThat(first.status()).as(first.text()).isEqualTo(200);
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.response().headers().firstValue("Idempotent-Replayed")).contains("true");
        assertThat(member.post("/member/discover/unfollow", id("card_id", card))
                        .data()
                        .path("is_following")
                        .asBoolean())
                .isFalse();
        assertThat(member.get("/member/cards?per_page=100").text()).doesNotContain(card);
    }

    @Test
    void followsLoyaltyCardsAlone() {
        for (String kind : List.of("stamp-cards", "rewards", "vouchers")) {
            for (String path : List.of("/member/discover/follow", "/member/discover/unfollow")) {
                Http.Answer refused = member.post(path, id("card_id", one.id(kind)));
                assertThat(refused.code()).as(refused.text()).isEqualTo("NOT_FOUND");
                assertThat(refused.json().at("/details/field").asText()).isEqualTo("card_id");
            }
        }
    }

    // Breaks when a read-only field is taken in silence, as it is everywhere else.
    @Test
    void changesNameAndLocaleAndRefusesAnyOtherField() {
        Http.Answer changed = put("{\"name\":\"Ada Lovelace\",\"locale\":\"fr_FR\"}");
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
        assertThat(changed.data()).isEqualTo(member.get("/member/profile").data());
        assertThat(changed.data().path("locale").asText()).isEqualTo("fr_FR");
        assertThat(changed.data().path("has_interacted").asBoolean()).isTrue();

        for (String field : List.of("email", "id", "unique_identifier", "created_at", "currency", "is_active")) {
            Http.Answer refused = put("{\"name\":\"Other\",\"" + field + "\":null}");
            assertThat(refused.status()).as(refused.text()).isEqualTo(422);
            assertThat(refused.json().at("/details/errors").has(field)).isTrue();
        }
        assertThat(member.get("/member/profile").data().path("name").asText()).isEqualTo("Ada Lovelace");
    }

    // Breaks when a browser of a configured shop may not send the key, or may not read the tag.
    @Test
    void letsTheBrowserOfAConfiguredShopAsk() {
        List<String> shop = List.of("Origin", SharedNode.SHOP);
        Http.Answer preflight = member.send(
                "OPTIONS",
                "/member/balance",
                List.of(
                        "Origin", SharedNode.SHOP,
                        "Access-Control-Request-Method", "GET",
                        "Access-Control-Request-Headers", "x-agent-key,if-none-match"),
                null);
        Http.Answer asked = member.send("GET", "/member/balance", shop, null);
        Http.Answer elsewhere = member.send("GET", "/member/balance", List.of("Origin", "https://evil.example"), null);

        assertThat(preflight.status()).isEqualTo(204);
        assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo(SharedNode.SHOP);
        assertThat(header(preflight, "Access-Control-Allow-Headers")).contains("X-Agent-Key", "If-None-Match");
        assertThat(asked.status()).isEqualTo(200);
        assertThat(header(asked, "Access-Control-Allow-Origin")).isEqualTo(SharedNode.SHOP);
        assertThat(header(asked, "Access-Control-Expose-Headers")).contains("ETag");
        assertThat(header(elsewhere, "Access-Control-Allow-Origin")).isEmpty();
    }

    // Breaks when the tag of a page says nothing of where the page lies.
    @Test
    void tagsPagesByWhatTheyShowAndWhereTheyLie() {
        for (String path : List.of("/member/cards", "/member/rewards")) {
            Http.Answer first = member.get(path + "?page=50");
            Http.Answer second = member.get(path + "?page=51");
            String tag = header(first, "ETag");
            assertThat(first.data()).isEqualTo(second.data());
            assertThat(header(second, "ETag")).isNotEqualTo(tag);
            assertThat(unless(tag, path + "?page=50").status()).isEqualTo(304);
            assertThat(unless(tag, path + "?page=51").status()).isEqualTo(200);
        }
    }

    private static Http.Answer purchase(String card, String amount) {
        ObjectNode body = id("card_id", card);
        body.put("member_identifier", one.id("members"));
        body.put("purchase_amount", new java.math.BigDecimal(amount));
        body.put("order_reference", "order-" + card);
        return partner.post("/partner/transactions/purchase", body);
    }

    private static String newCard(String name) {
        // A club of its own: no tier multiplies what is earned there.
        ObjectNode club = JsonNodeFactory.instance.objectNode().put("name", name);
        ObjectNode body = id("club_id", made(partner.post("/partner/clubs", club)));
        body.put("name", name);
        return made(partner.post("/partner/cards", body));
    }

    private static String newReward(String card, long points) {
        ObjectNode body = id("card_id", card);
        body.put("name", "Ten per cent off").put("points_required", points);
        return made(partner.post("/partner/rewards", body));
    }

    private static String made(Http.Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.data().path("id").asText();
    }

    private static Http.Answer follow(String card, String key) {
        return member.send(
                "POST",
                "/member/discover/follow",
                List.of("Idempotency-Key", key),
                Http.Body.json(id("card_id", card)));
    }

    private static Http.Answer put(String body) {
        return member.send("PUT", "/member/profile", List.of(), Http.Body.json(body));
    }

    private static Http.Answer unless(String tag, String path) {
        return member.send("GET", path, List.of("If-None-Match", tag), null);
    }

    private static String header(Http.Answer answer, String name) {
        return answer.response().headers().firstValue(name).orElse("");
    }

    private static long balance(Http.Answer wallet, String card) {
        JsonNode row = row(wallet, "card_id", card);
        assertThat(row.path("currency").asText()).isEqualTo("points");
        return row.path("balance").asLong();
    }

    private static JsonNode row(Http.Answer list, String field, String value) {
        for (JsonNode row : list.data()) {
            if (row.path(field).asText().equals(value)) {
                return row;
            }
        }
        throw new AssertionError(value + " is not in " + list.text());
    }

    private static ObjectNode id(String field, String value) {
        return JsonNodeFactory.instance.objectNode().put(field, value);
    }
}
