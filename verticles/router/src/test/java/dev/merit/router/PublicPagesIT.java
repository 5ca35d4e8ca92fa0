package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.VoucherId;
import dev.merit.contracts.discovery.DiscoveryRequest.FindShown;
import dev.merit.contracts.discovery.DiscoveryRequest.Kind;
import dev.merit.contracts.discovery.DiscoveryRequest.ListShown;
import dev.merit.contracts.discovery.DiscoveryRequest.Part;
import dev.merit.contracts.discovery.DiscoveryRequest.Shown;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownCard;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownLists;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownStampCard;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownThing;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherType;
import dev.merit.platform.Json;
import io.vertx.core.Future;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Public pages over HTTP, of things that a test makes up. */
final class PublicPagesIT {
    private static final UUID ID = UUID.fromString("019cc3a5-51cb-7315-97e1-69147399f94d");
    private static final String EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&{}";
    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);
    private static final Pattern LOADS = Pattern.compile("\\b(src|href|srcset|action|data|poster)=\"([^\"]*)\"");

    private RouterFixture fixture = new RouterFixture(Map.of("MERIT_PUBLIC_URL", "https://loyalty.example.com/app/"));

    @AfterEach
    void close() {
        fixture.close();
    }

    private void restart(Map<String, String> settings) {
        fixture.close();
        fixture = new RouterFixture(settings);
    }

    @Test
    void showsACardInItsColoursWithACodeOfItsOwnAddress() {
        show(card("Coffee", "A point for every euro", "#4B2E1E", "#FFFFFF"));

        Answered page = get("/en-us/card/" + ID);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(page.text())
                .startsWith("<!DOCTYPE html>")
                .contains("<html lang=\"en\">", "<h1>Coffee</h1>", "A point for every euro", "<svg", "role=\"img\"")
                .contains(".c0{background:#4B2E1E;color:#FFFFFF}")
                .contains("https://loyalty.example.com/app/en-us/card/" + ID)
                .contains("3 points for every €1.00 you spend.");
        assertThat(fixture.domains.last(FindShown.class)).isEqualTo(new FindShown(Kind.LOYALTY_CARD, ID));
    }

    @Test
    void showsEveryKindInTheLanguageOfItsAddress() {
        show(stampCard());
        assertThat(get("/de/stamp-card/" + ID).text())
                .contains("<html lang=\"de\">", "6 Stempel machen die Karte voll.");
        show(voucher());
        assertThat(get("/voucher/" + ID).text()).contains("<html lang=\"en\">", "TENTH", "10% off.");
        show(card("Kaffee", null, null, null));
        assertThat(get("/fr/follow/" + ID + "/").text()).contains("<html lang=\"en\">", "href=\"../../\"");
    }

    // Breaks when a name becomes part of a page's code: in text, in an attribute, in the style sheet.
    @Test
    void writesNamesAsText() {
        show(card(EVIL, EVIL, EVIL, EVIL));
        fixture.domains.on(
                ListShown.class,
                query -> Future.succeededFuture(query.reply(
                        new ShownLists(List.of(card(EVIL, EVIL, EVIL, EVIL)), List.of(stampCard()), List.of(), null))));

        for (String path : List.of("/card/" + ID, "/")) {
            String page = get(path).text();

            assertThat(page).contains("&lt;script&gt;").doesNotContain("<script", "<img", "onerror=alert(2)>");
        }
    }

    // Breaks when a page asks another host for anything, or could run anything.
    @Test
    void loadsNothingFromAnywhere() {
        show(card("Coffee", null, "#4B2E1E", "#FFFFFF"));
        lists(null);

        for (String path : List.of("/card/" + ID, "/", "/de/", "/nothing-here")) {
            Answered page = get(path);
            Matcher style = STYLE.matcher(page.text());
            assertThat(style.find()).isTrue();
            String hash = Base64.getEncoder()
                    .encodeToString(Json.sha256(style.group(1).getBytes(StandardCharsets.UTF_8)));
            assertThat(page.header("Content-Security-Policy"))
                    .isEqualTo("default-src 'none'; style-src 'sha256-" + hash
                            + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(page.text()).doesNotContain("<script", "<link", "<iframe", "@import", "url(", " style=");
            assertThat(page.text()).doesNotContainPattern("<[^>]*\\son[a-z]+=");
            Matcher loads = LOADS.matcher(page.text());
            while (loads.find()) {
                assertThat(loads.group(2))
                        .matches(
                                "(\\./|\\.\\./)*((card|stamp-card|voucher)/.*)?|https://loyalty\\.example\\.com/app/.*");
            }
        }
    }

    @Test
    void answersJsonToWhoeverAsksForIt() {
        show(card("Coffee", null, null, null));
        lists(null);

        Answered one =
                fixture.page("/card/" + ID).header("Accept", "application/json").answer();
        Answered all = fixture.page("/").header("Accept", "application/json").answer();
        Answered browser = fixture.page("/")
                .header("Accept", "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8")
                .answer();

        assertThat(one.header("Content-Type")).isEqualTo("application/json");
        assertThat(one.json().at("/data/type").asText()).isEqualTo("loyalty_card");
        assertThat(one.json().at("/data/title").asText()).isEqualTo("Coffee");
        assertThat(all.json().at("/data/cards").size()).isEqualTo(1);
        assertThat(all.header("Vary")).contains("Accept");
        assertThat(browser.text()).startsWith("<!DOCTYPE html>");
    }

    @Test
    void answersAPlainPageWhereThereIsNothing() {
        fixture.domains.on(
                FindShown.class, query -> Future.failedFuture(Problem.notFound().asException()));

        for (String path : List.of("/card/" + ID, "/card/nothing", "/de/card/" + ID, "/favicon.ico", "/foo")) {
            Answered page = get(path);

            assertThat(page.status()).as(path).isEqualTo(404);
            assertThat(page.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
            assertThat(page.header("Cache-Control")).isEqualTo("no-store");
            assertThat(page.text()).contains(path.startsWith("/de") ? "Nicht gefunden" : "Not found");
        }
        Answered json =
                fixture.page("/card/" + ID).header("Accept", "application/json").answer();
        assertThat(json.status()).isEqualTo(404);
        assertThat(json.json().path("code").asText()).isEqualTo("NOT_FOUND");
    }

    @Test
    void leavesTheApiAlone() {
        assertThat(fixture.send("GET", "/api/agent/v2/nothing")
                        .answer()
                        .json()
                        .path("code")
                        .asText())
                .isEqualTo("NOT_FOUND");
        assertThat(fixture.send("GET", "/member/discover").answer().status()).isEqualTo(401);
    }

    @Test
    void answersNothingNewToWhoHasIt() {
        show(card("Coffee", null, null, null));
        Answered first = get("/card/" + ID);
        String tag = header(first, "ETag");

        Answered again =
                fixture.page("/card/" + ID).header("If-None-Match", tag).answer();
        Answered head = fixture.page("HEAD", "/card/" + ID).answer();

        assertThat(first.header("Cache-Control")).isEqualTo("public, max-age=60");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.text()).isEmpty();
        assertThat(head.text()).isEmpty();
    }

    // Breaks when a stranger's Host header decides where the codes of everybody's posters lead.
    @Test
    void doesNotBelieveTheHostHeader() {
        restart(Map.of());
        show(card("Coffee", null, null, null));

        Answered page =
                fixture.page("/card/" + ID).header("Host", "evil.example").answer();

        assertThat(page.text())
                .contains("http://127.0.0.1:" + fixture.router.port() + "/card/" + ID)
                .doesNotContain("evil.example");
    }

    @Test
    void limitsHowManyPagesOneAddressAsksFor() {
        restart(Map.of("MERIT_PAGES_PER_MINUTE", "3"));
        show(card("Coffee", null, null, null));
        for (int i = 0; i < 3; i++) {
            assertThat(get("/card/" + ID).status()).isEqualTo(200);
        }

        Answered refused = get("/card/" + ID);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(Integer.parseInt(header(refused, "Retry-After"))).isBetween(1, 60);
        assertThat(refused.text()).contains("Too many requests");
    }

    @Test
    void saysWhenSomethingIsMissing() {
        lists(List.of(Part.VOUCHERS));

        Answered page = get("/");

        assertThat(page.text()).contains("Some of it cannot be shown right now.");
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void saysWhenNothingCanBeShown() {
        fixture.domains.on(
                ListShown.class,
                query -> Future.failedFuture(Problem.unavailable().asException()));

        Answered page = get("/");

        assertThat(page.status()).isEqualTo(503);
        assertThat(page.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void sendsAListWithoutItsSlashToItself() {
        Answered answer = get("/de");

        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.header("Location")).isEqualTo("de/");
    }

    @Test
    void isOnlyRead() {
        Answered answer = fixture.page("POST", "/card/" + ID).answer();

        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD");
    }

    private Answered get(String path) {
        return fixture.page(path).header("Accept", "text/html").answer();
    }

    private static String header(Answered answer, String name) {
        return Objects.requireNonNull(answer.header(name), name);
    }

    private void show(ShownThing thing) {
        fixture.domains.on(FindShown.class, query -> Future.succeededFuture(query.reply(new Shown(thing))));
    }

    private void lists(@Nullable List<Part> missing) {
        fixture.domains.on(
                ListShown.class,
                query -> Future.succeededFuture(query.reply(new ShownLists(
                        List.of(card("Coffee", null, null, null)),
                        List.of(stampCard()),
                        missing == null ? List.of(voucher()) : List.of(),
                        missing))));
    }

    private static ShownCard card(
            String title, @Nullable String description, @Nullable String back, @Nullable String text) {
        return new ShownCard(
                new CardId(ID), title, description, "EUR", 3, BigDecimal.ONE, 20, 2, Instant.EPOCH, back, text);
    }

    private static ShownStampCard stampCard() {
        return new ShownStampCard(
                new StampCardId(ID), "Tea", null, 6, "⭐", "A tea", null, 50L, null, "#FFFFFF", "#EEEEEE");
    }

    private static ShownVoucher voucher() {
        return new ShownVoucher(
                new VoucherId(ID),
                "A tenth off",
                null,
                "TENTH",
                VoucherType.PERCENTAGE,
                BigDecimal.TEN,
                "EUR",
                500L,
                null);
    }
}
