package dev.merit.router.http;

import dev.merit.contracts.Problem;
import dev.merit.platform.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;

/**
 * The document as a page for people: Swagger UI from our own origin, which may load nothing from anywhere else. Its
 * files lie below a version, which changes whenever one of them does, so browsers keep them for good.
 */
final class DocsPage {
    /**
     * Its own scripts and styles, data images inside them, and requests to this origin; nothing else, and no frames.
     */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static final String PLACEHOLDER = "VERSION";

    private final String version;
    private final FixedText html;
    private final Map<String, PageFile> files;

    DocsPage() {
        String jar = PageFile.versionOf("swagger-ui");
        String folder = "/META-INF/resources/webjars/swagger-ui/" + jar + "/";
        files = Map.of(
                "swagger-ui-bundle.js", new PageFile(folder + "swagger-ui-bundle.js", PageFile.SCRIPT),
                "swagger-ui.css", new PageFile(folder + "swagger-ui.css", PageFile.STYLE),
                "favicon-32x32.png", new PageFile(folder + "favicon-32x32.png", "image/png"),
                "page.js", new PageFile("/docs/page.js", PageFile.SCRIPT),
                "page.css", new PageFile("/docs/page.css", PageFile.STYLE));
        String own = PageFile.text("/docs/page.js") + PageFile.text("/docs/page.css");
        version = jar + "-" + Json.etag(own).replaceAll("[^0-9A-Za-z]", "").substring(0, 8);
        html = new FixedText(
                PageFile.text("/docs/page.html").replace(PLACEHOLDER, version), "text/html; charset=utf-8");
    }

    /** The page itself. */
    void show(RoutingContext context) {
        if (!context.normalizedPath().equals(Paths.PAGE)) {
            context.next();
        } else if (!FixedText.refuses(context)) {
            var unused = protect(context.response());
            html.send(context);
        }
    }

    /** One of its files. */
    void file(RoutingContext context) {
        PageFile file = files.get(context.pathParam("file"));
        if (file == null || !version.equals(context.pathParam("version"))) {
            context.fail(Problem.notFound().asException());
            return;
        }
        if (FixedText.refuses(context)) {
            return;
        }
        boolean packed = file.isText() && takesGzip(context);
        Buffer ready = file.ready(packed);
        if (ready != null) {
            send(context, file, packed, ready);
            return;
        }
        // The first time it is read and packed: too long for an event loop.
        context.vertx()
                .executeBlocking(() -> file.bytes(packed))
                .onSuccess(bytes -> send(context, file, packed, bytes))
                .onFailure(context::fail);
    }

    private static void send(RoutingContext context, PageFile file, boolean packed, Buffer bytes) {
        HttpServerResponse response = protect(context.response())
                .putHeader("Content-Type", file.type())
                .putHeader("Cache-Control", "public, max-age=31536000, immutable")
                .putHeader("Vary", "Accept-Encoding")
                // Without it the server would pack, anew each time, what is not packed on purpose.
                .putHeader("Content-Encoding", packed ? "gzip" : "identity");
        Answers.end(context.request(), response, bytes);
    }

    private static boolean takesGzip(RoutingContext context) {
        String accepted = context.request().getHeader("Accept-Encoding");
        return accepted != null && accepted.contains("gzip") && !accepted.contains("gzip;q=0");
    }

    private static HttpServerResponse protect(HttpServerResponse response) {
        return response.putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
    }
}
