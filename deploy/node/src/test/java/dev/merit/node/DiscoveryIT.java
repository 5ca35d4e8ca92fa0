package dev.merit.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** How a member finds what there is to join: by browsing, by a link, by a number. Over HTTP alone. */
@ResourceLock(SharedNode.LOCK)
final class DiscoveryIT {
    @RegisterExtension
    static final SharedNode NODE = new SharedNode();

    private static final String RESOLVE = "/member/discover/resolve";
    private static final String VOUCHER = "{\"name\":\"V\",\"type\":\"free_shipping\",\"value\":0}";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static Tenant shop;
    private static Http member;

    @BeforeAll
    static void open() {
        shop = NODE.get().tenant("discovery");
        member = shop.caller("member");
    }

    @Test
    void showsWhatIsVisibleWithTheMembersOwnSide() {
        String card = made("cards", "{\"name\":\"Shown\",\"bg_color\":\"#102030\",\"is_visible_by_default\":true}");
        String stampCard = made(
                "stamp-cards",
                "{\"name\":\"Tea\",\"stamps_required\":6,\"reward_title\":\"A tea\",\"is_visible_by_default\":true}");
        String voucher = made(
                "vouchers", "{\"name\":\"V\",\"type\":\"percentage\",\"value\":10,\"is_visible_by_default\":true}");
        String hidden = made("cards", "{\"name\":\"Hidden\"}");

        awaitShown(card);
        JsonNode found = member.get("/member/discover").data();
        JsonNode before = named(found.path("cards"), card);
        assertThat(before.path("type").asText()).isEqualTo("loyalty_card");
        assertThat(before.path("is_following").asBoolean()).isFalse();
        assertThat(before.path("balance").longValue()).isZero();
        assertThat(named(found.path("stamp_cards"), stampCard)
                        .path("is_enrolled")
                        .asBoolean())
                .isFalse();
        assertThat(named(found.path("vouchers"), voucher).path("voucher_type").asText())
                .isEqualTo("percentage");
        assertThat(found.path("cards").toString()).doesNotContain(hidden);
        assertThat(found.has("missing")).isFalse();
        assertThat(found.toString()).doesNotContain("club", "partner");

        String buyer = "\"member_identifier\":\"" + shop.id("members") + "\"";
        long balance = partner()
                .post(
                        "/partner/transactions/purchase",
                        json("{\"card_id\":\"" + card + "\"," + buyer + ",\"purchase_amount\":25}"))
                .data()
                .path("new_balance")
                .asLong();
        good(partner().post("/partner/stamp-cards/" + stampCard + "/stamps", json("{" + buyer + ",\"stamps\":2}")));

        JsonNode after = member.get("/member/discover").data();
        assertThat(named(after.path("cards"), card).path("is_following").asBoolean())
                .isTrue();
        assertThat(named(after.path("cards"), card).path("balance").longValue())
                .isEqualTo(balance)
                .isPositive();
        assertThat(named(after.path("stamp_cards"), stampCard)
                        .path("current_stamps")
                        .longValue())
                .isEqualTo(2);
    }

    // Breaks when what is not listed cannot be joined by its code, or leads to another thing.
    @Test
    void resolvesWhatIsNotListed() {
        String card = made("cards", "{\"name\":\"Secret\"}");
        String stampCard = made("stamp-cards", "{\"name\":\"S\",\"stamps_required\":2,\"reward_title\":\"R\"}");
        String voucher = made("vouchers", VOUCHER);
        String number = partner()
                .get("/partner/cards/" + card)
                .data()
                .path("unique_identifier")
                .asText();

        for (String url : List.of(
                "https://loyalty.example.com/en-us/card/" + card,
                "http://any.example:81/follow/" + card.toUpperCase(java.util.Locale.ROOT) + "/?a=b#c",
                "https://bücher.example/de/card/" + card)) {
            assertThat(resolve("url", url).data().path("id").asText()).as(url).isEqualTo(card);
        }
        for (String identifier : List.of(card, number, number.replace("-", ""))) {
            JsonNode found = resolve("identifier", identifier).data();
            assertThat(found.path("id").asText()).as(identifier).isEqualTo(card);
            assertThat(found.path("type").asText()).isEqualTo("loyalty_card");
        }
        assertThat(resolve("url", "https://x.example/stamp-card/" + stampCard)
                        .data()
                        .path("type")
                        .asText())
                .isEqualTo("stamp_card");
        assertThat(resolve("url", "https://x.example/voucher/" + voucher)
                        .data()
                        .path("type")
                        .asText())
                .isEqualTo("voucher");
    }

    // Breaks when a poster's code leads to a page that needs a key, or that tells more than the thing.
    @Test
    void showsPagesToWhoeverHasNoKey() throws IOException {
        String hidden = made("cards", "{\"name\":\"For <b>friends</b>\",\"points_per_currency\":3}");
        String listed = made("cards", "{\"name\":\"For all\",\"is_visible_by_default\":true}");
        String root = NODE.get().node.api().replace("/api/agent/v1", "");

        String page = Api.text(root + "/de/card/" + hidden);
        String voucher = Api.text(root + "/voucher/" + made("vouchers", VOUCHER));

        assertThat(page).contains("<html lang=\"de\">", "For &lt;b&gt;friends&lt;/b&gt;", "3 Punkte für je", "<svg");
        assertThat(page).contains(root + "/de/card/" + hidden);
        assertThat(voucher).contains("<h1>").doesNotContain(shop.id("partners"), shop.id("clubs"));
        Awaitility.await().untilAsserted(() -> assertThat(Api.text(root + "/"))
                .contains("card/" + listed)
                .doesNotContain(hidden));
    }

    @Test
    void wantsExactlyOneOfLinkAndIdentifier() {
        for (String body : List.of("{}", "{\"url\":null}", "{\"url\":\"https://a.example\",\"identifier\":\"1\"}")) {
            Http.Answer answer = member.post(RESOLVE, json(body));

            assertThat(answer.code()).as(answer.text()).isEqualTo("VALIDATION_FAILED");
            assertThat(answer.json().at("/details/errors").has("url")).isTrue();
            assertThat(answer.json().at("/details/errors").has("identifier")).isTrue();
        }
    }

    @Test
    void hidesTheThingsOfAPartnerThatNoLongerShowsThem() {
        Tenant leaving = NODE.get().tenant("discovery-leaving");
        Http admin = leaving.caller("admin");
        String path = "/admin/partners/" + leaving.id("partners");
        String card = made(leaving, "cards", "{\"name\":\"Leaving\",\"is_visible_by_default\":true}");
        String link = "https://a.example/card/" + card;
        awaitShown(card);

        put(admin, path, "{\"permissions\":{\"cards_on_homepage\":false}}");
        Awaitility.await().until(() -> !member.get("/member/discover").text().contains(card));
        assertThat(resolve("url", link).status()).as("a link still leads there").isEqualTo(200);

        put(admin, path, "{\"is_active\":false}");
        Awaitility.await().until(() -> resolve("url", link).status() == 404);
    }

    /** Where a link might lead; whether that is a host that a link of ours could have. */
    private record Target(String text, boolean isHost) {}

    private record Path(String text, boolean isOurs) {}

    // Breaks when anything on the way opens a link that a stranger sent, whatever it looks like.
    @Test
    void opensNoneOfTwoHundredHostileLinks() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket(0, 300, InetAddress.ofLiteral("::"))) {
            Thread.ofVirtual().start(() -> count(listener, connections));
            int tried = 0;
            for (Target target : targets(listener.getLocalPort())) {
                for (Path path : paths()) {
                    String link = target.text() + path.text();

                    Http.Answer answer = resolve("url", link);

                    int expected = target.isHost() && path.isOurs() ? 404 : 422;
                    assertThat(answer.status()).as(link + "\n" + answer.text()).isEqualTo(expected);
                    tried++;
                }
            }
            assertThat(tried).isGreaterThanOrEqualTo(200);
            assertThat(connections).as("connections made for those links").hasValue(0);

            try (Socket proof = new Socket(InetAddress.ofLiteral("127.0.0.1"), listener.getLocalPort())) {
                assertThat(proof.isConnected()).isTrue();
                Awaitility.await().until(() -> connections.get() == 1);
            }
        }
    }

    private static void count(ServerSocket listener, AtomicInteger connections) {
        while (!listener.isClosed()) {
            try (Socket accepted = listener.accept()) {
                connections.addAndGet(accepted.isConnected() ? 1 : 0);
            } catch (IOException e) {
                return; // The listener was closed: the test is over.
            }
        }
    }

    private static List<Target> targets(int port) {
        return List.of(
                new Target("http://127.0.0.1:" + port, true),
                new Target("https://localhost:" + port, true),
                new Target("http://[::1]:" + port, true),
                new Target("http://[::ffff:127.0.0.1]:" + port, true),
                new Target("http://2130706433:" + port, true),
                new Target("http://0x7f000001:" + port, true),
                new Target("http://127.1:" + port, true),
                new Target("http://0:" + port, true),
                new Target("http://169.254.169.254", true),
                new Target("http://ⓛocalhost:" + port, true),
                new Target("http://merit.example@127.0.0.1:" + port, false),
                new Target("http://127.0.0.1:" + port + "\\@merit.example", false),
                new Target("http://127.0.0.1:" + port + "%2F", false),
                new Target("file://", false),
                new Target("file://127.0.0.1:" + port, false),
                new Target("javascript:fetch('http://127.0.0.1:" + port + "')//", false),
                new Target("jar:http://127.0.0.1:" + port + "/a.jar!", false),
                new Target("gopher://127.0.0.1:" + port, false),
                new Target("//127.0.0.1:" + port, false));
    }

    private static List<Path> paths() {
        String id = UUID.randomUUID().toString();
        return List.of(
                new Path("/card/" + id, true),
                new Path("/en-us/voucher/" + id + "?u=http://127.0.0.1#x", true),
                new Path("/de/stamp-card/" + id + "/", true),
                new Path("/card/" + id + "/../../admin", false),
                new Path("/../card/" + id, false),
                new Path("/card%2F" + id, false),
                new Path("/card/" + id + "%00", false),
                new Path("/card/" + id + "\u0000", false),
                new Path("/card/" + id + "\r\nHost: 127.0.0.1", false),
                new Path("/card/<script>alert(1)</script>", false),
                new Path("/card/" + "9".repeat(10_000), false));
    }

    private static Http.Answer resolve(String field, String value) {
        return member.post(RESOLVE, JSON.objectNode().put(field, value));
    }

    /** Whose things are shown is remembered for two seconds, and the partner is new. */
    private static void awaitShown(String id) {
        Awaitility.await().until(() -> member.get("/member/discover").text().contains(id));
    }

    private static Http partner() {
        return shop.caller("partner");
    }

    private static String made(String resource, String body) {
        return made(shop, resource, body);
    }

    private static String made(Tenant tenant, String resource, String body) {
        ObjectNode json = json(body);
        json.put("club_id", tenant.id("clubs"));
        Http.Answer answer = tenant.caller("partner").post("/partner/" + resource, json);
        good(answer);
        return answer.data().path("id").asText();
    }

    private static void put(Http admin, String path, String body) {
        good(admin.send("PUT", path, List.of(), Http.Body.json(body)));
    }

    private static void good(Http.Answer answer) {
        assertThat(answer.isGood()).as(answer.text()).isTrue();
    }

    private static JsonNode named(JsonNode list, String id) {
        for (JsonNode each : list) {
            if (each.path("id").asText().equals(id)) {
                return each;
            }
        }
        throw new AssertionError(id + " is not in " + list);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Api.json(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
