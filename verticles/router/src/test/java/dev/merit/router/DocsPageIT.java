package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The documentation for people: without a key, and without any host but ours. */
final class DocsPageIT {
    private static final String PAGE = "/api/agent/docs";
    private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"]*)\"");
    private static final Pattern STYLED = Pattern.compile("url\\(\\s*[\"']?([^\"')]{0,5})|@import");

    private static RouterFixture fixture;
    private static Answered page;

    @BeforeAll
    static void start() {
        fixture = new RouterFixture();
        page = fixture.send("GET", PAGE).answer();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void isThereWithoutAKey() {
        page.is(200);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        fixture.send("HEAD", PAGE).answer().is(200);
        fixture.send("POST", PAGE).answer().is(405, "METHOD_NOT_ALLOWED");
        fixture.send("GET", PAGE)
                .header("If-None-Match", String.valueOf(page.header("ETag")))
                .answer()
                .is(304);
    }

    // Breaks when the page loads a font, a script or an image from somewhere else, or could be made to.
    @Test
    void loadsNothingFromAnotherHost() {
        assertThat(page.text()).doesNotContain("//", "style=", "onload=");
        for (String file : files()) {
            Answered loaded = fixture.send("GET", file).answer();
            loaded.is(200);
            if (file.endsWith(".css")) {
                Matcher matcher = STYLED.matcher(loaded.text());
                while (matcher.find()) {
                    assertThat(matcher.group(1))
                            .as(file + ": " + matcher.group())
                            .isEqualTo("data:");
                }
            }
            if (file.endsWith("page.js")) {
                assertThat(loaded.text()).doesNotContain("http:", "https:").contains("validatorUrl: null");
            }
        }
        // Whatever a script comes upon: the browser asks no other host.
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self';", "style-src 'self';", "connect-src 'self';")
                .doesNotContain("http", "unsafe", "*");
    }

    // Breaks when a browser would have to ask again for what never changes, or kept what has changed.
    @Test
    void letsBrowsersKeepItsFilesForGood() {
        assertThat(files()).hasSize(6).anyMatch(file -> file.endsWith("swagger-ui-bundle.js"));
        for (String file : files()) {
            Answered loaded = fixture.send("GET", file).answer();
            if (!file.endsWith("docs.json")) {
                assertThat(loaded.header("Cache-Control")).as(file).contains("max-age=31536000", "immutable");
                assertThat(loaded.header("X-Content-Type-Options")).isEqualTo("nosniff");
                fixture.send("GET", file.replaceFirst("docs/[^/]+/", "docs/0.0.0/"))
                        .answer()
                        .is(404, "NOT_FOUND");
            }
        }
    }

    @Test
    void packsScriptsForThoseWhoUnpackThem() throws Exception {
        String script = files().stream()
                .filter(file -> file.endsWith("bundle.js"))
                .findFirst()
                .orElseThrow();
        Answered plain = fixture.send("GET", script).answer();
        Answered packed =
                fixture.send("GET", script).header("Accept-Encoding", "gzip").answer();

        assertThat(packed.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.bytes().length()).isLessThan(plain.bytes().length() / 2);
        try (var in =
                new GZIPInputStream(new ByteArrayInputStream(packed.bytes().getBytes()))) {
            assertThat(in.readAllBytes()).isEqualTo(plain.bytes().getBytes());
        }
    }

    @Test
    void servesNoOtherFileOfTheClassPath() {
        String folder = files().getFirst().replaceFirst("[^/]+$", "");
        for (String file : List.of("index.html", "swagger-initializer.js", "..%2fpage.html", "root.yaml")) {
            fixture.send("GET", folder + file).answer().is(404, "NOT_FOUND");
        }
    }

    /** What the page names, as paths of this server. */
    private static List<String> files() {
        List<String> files = new ArrayList<>();
        Matcher matcher = LOADED.matcher(page.text());
        while (matcher.find()) {
            files.add("/api/agent/" + matcher.group(1));
        }
        return files;
    }
}
