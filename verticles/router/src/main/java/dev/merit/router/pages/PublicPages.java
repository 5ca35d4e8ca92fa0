package dev.merit.router.pages;

import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.ProblemException;
import dev.merit.contracts.discovery.DiscoveryRequest.FindShown;
import dev.merit.contracts.discovery.DiscoveryRequest.ListShown;
import dev.merit.contracts.discovery.DiscoveryRequest.Shown;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownLists;
import dev.merit.platform.Json;
import dev.merit.platform.bus.Bus;
import dev.merit.router.http.Answers;
import dev.merit.router.http.Visitors;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code /}, {@code /card/{id}}, {@code /follow/{id}}, {@code /stamp-card/{id}} and {@code /voucher/{id}}, each
 * also behind a locale: HTML for people, JSON for whoever asks for it. No key is needed, and nothing of a member is
 * shown.
 */
public final class PublicPages implements Handler<RoutingContext> {
    private static final Logger LOGGER = LoggerFactory.getLogger(PublicPages.class);
    private static final String API = "/api";
    private static final String FOR_A_MINUTE = "public, max-age=60";
    private static final String NOT_AT_ALL = "no-store";

    private final Bus bus;
    private final Visitors visitors;
    private final Supplier<String> origin;
    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);

    /**
     * Makes the pages.
     *
     * @param origin what stands before the path in links that leave this machine; no slash ends it
     */
    public PublicPages(Bus bus, Visitors visitors, Supplier<String> origin) {
        this.bus = bus;
        this.visitors = visitors;
        this.origin = origin;
    }

    /**
     * What is sent.
     *
     * @param policy what a browser may load for it
     * @param keeping how long it may be kept
     */
    private record Body(String type, String text, String policy, String keeping) {}

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        PageAddress address =
                path.startsWith(API) ? null : PageAddress.parse(path).orElse(null);
        if (address == null && (path.startsWith(API) || !names(request, "html"))) {
            context.next(); // Whoever mistyped an address of the API gets the API's answer.
            return;
        }
        Texts texts = Texts.of(address == null ? null : address.locale());
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            refuseMethod(context, address != null);
            return;
        }
        long wait = visitors.secondsToWait(request);
        if (wait > 0) {
            request.response().putHeader("Retry-After", Long.toString(wait));
            fail(
                    context,
                    texts,
                    Problem.of(Code.RATE_LIMITED, "Too many pages were asked for from this address.")
                            .asException());
        } else if (address == null) {
            fail(context, texts, Problem.notFound().asException());
        } else if (!address.isSlashed() && address.id() == null) {
            redirect(request.response(), address.locale() + "/");
        } else {
            show(context, address, texts);
        }
    }

    private void show(RoutingContext context, PageAddress address, Texts texts) {
        HttpServerRequest request = context.request();
        UUID id = address.id();
        Future<Body> shown = id == null
                ? bus.ask(new ListShown()).map(lists -> list(request, texts, lists))
                : bus.ask(new FindShown(address.kind(), id)).map(found -> thing(request, texts, address, found));
        shown.onSuccess(body -> send(request, body)).onFailure(failure -> fail(context, texts, failure));
    }

    private Body list(HttpServerRequest request, Texts texts, ShownLists lists) {
        String keeping = lists.missing() == null ? FOR_A_MINUTE : NOT_AT_ALL;
        if (wantsJson(request)) {
            return json(lists, keeping);
        }
        var page = ListView.of(lists, texts);
        return html("list.jte", page, page.frame(), keeping);
    }

    private Body thing(HttpServerRequest request, Texts texts, PageAddress address, Shown found) {
        if (wantsJson(request)) {
            return json(found, FOR_A_MINUTE);
        }
        var page = ThingView.of(found.thing(), texts, origin.get() + address.canonical(), address.toList());
        return html("thing.jte", page, page.frame(), FOR_A_MINUTE);
    }

    private static void send(HttpServerRequest request, Body body) {
        HttpServerResponse response = request.response();
        String tag = Json.etag(body.text());
        response.putHeader("ETag", tag);
        dress(response, body);
        if (Answers.isSame(request.getHeader("If-None-Match"), tag)) {
            response.headers().remove("Content-Type");
            response.setStatusCode(304).end().onFailure(Answers::gone);
        } else {
            Answers.end(request, response, Buffer.buffer(body.text()));
        }
    }

    /** A page for people; for programs, the same error as everywhere. */
    private void fail(RoutingContext context, Texts texts, Throwable failure) {
        if (wantsJson(context.request())) {
            context.fail(failure);
            return;
        }
        Code code = codeOf(failure);
        String word =
                switch (code) {
                    case NOT_FOUND -> "gone";
                    case RATE_LIMITED -> "busy";
                    default -> "trouble";
                };
        MessageView page = MessageView.of(word, texts);
        Body body = html("message.jte", page, page.frame(), NOT_AT_ALL);
        HttpServerResponse response = context.response();
        int status =
                switch (code) {
                    case NOT_FOUND -> 404;
                    case RATE_LIMITED -> 429;
                    case SERVICE_UNAVAILABLE -> 503;
                    default -> 500;
                };
        if (status == 503) {
            response.putHeader("Retry-After", "1");
        }
        dress(response, body);
        response.setStatusCode(status);
        Answers.end(context.request(), response, Buffer.buffer(body.text()));
    }

    private static Code codeOf(Throwable failure) {
        if (failure instanceof ProblemException refusal) {
            return refusal.problem().code();
        }
        LOGGER.atError().setCause(failure).log("page_failed");
        return Code.SERVER_ERROR;
    }

    private Body html(String template, Record page, Frame frame, String keeping) {
        StringOutput output = new StringOutput();
        templates.render(template, page, output);
        return new Body("text/html; charset=utf-8", output.toString(), Stylesheet.policy(frame.style()), keeping);
    }

    private static Body json(Record data, String keeping) {
        String text = "{\"error\":false,\"data\":" + Json.write(data) + "}";
        return new Body("application/json", text, Stylesheet.NOTHING, keeping);
    }

    private static void dress(HttpServerResponse response, Body body) {
        response.putHeader("Content-Type", body.type())
                .putHeader("Content-Security-Policy", body.policy())
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", body.keeping())
                .putHeader("Vary", "Accept, Accept-Encoding");
    }

    private static void redirect(HttpServerResponse response, String to) {
        response.setStatusCode(308)
                .putHeader("Location", to)
                .putHeader("Cache-Control", FOR_A_MINUTE)
                .end()
                .onFailure(Answers::gone);
    }

    private static void refuseMethod(RoutingContext context, boolean isPage) {
        if (isPage) {
            context.response().putHeader("Allow", "GET, HEAD");
            context.fail(
                    Problem.of(Code.METHOD_NOT_ALLOWED, "Pages are only read.").asException());
        } else {
            context.next();
        }
    }

    /** Browsers name HTML, programs that want JSON do not; whoever names neither gets the page. */
    private static boolean wantsJson(HttpServerRequest request) {
        return names(request, "json") && !names(request, "html");
    }

    private static boolean names(HttpServerRequest request, String type) {
        String accept = request.getHeader("Accept");
        return accept != null && accept.toLowerCase(Locale.ROOT).contains(type);
    }
}
