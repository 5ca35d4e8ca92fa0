package dev.merit.router.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.merit.contracts.PartnerId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.AuditRow;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.platform.Json;
import dev.merit.platform.Uuids;
import dev.merit.router.openapi.Operation;
import dev.merit.router.openapi.PathTable;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests get an audit row, and what it says: every POST, PUT and DELETE of a known key, and every
 * request that was refused for want of a key, a role, a scope or a permission. The row is made when the answer is
 * known, also when nobody waits for it any more. It never holds a key's text, an e-mail address, or a path as it was
 * sent.
 */
final class Audit {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS");

    /** What a reply calls the thing that was made. */
    private static final Set<String> IDS = Set.of("id", "transaction_id", "redemption_id", "claim_id");

    private static final int UUID_LENGTH = 36;

    /** Refusals of known keys that come before the rate is looked at, and that of the rate itself. */
    private static final Set<Problem.Code> AT_THE_GATE = EnumSet.of(
            Problem.Code.AUTH_KEY_REVOKED,
            Problem.Code.AUTH_KEY_EXPIRED,
            Problem.Code.ACCOUNT_INACTIVE,
            Problem.Code.AUTH_ROLE_MISMATCH,
            Problem.Code.FEATURE_DISABLED,
            Problem.Code.RATE_LIMITED);

    private final AuditTrail trail;
    private final PathTable paths;
    private final InstantSource clock;
    private final Strangers strangers;

    /** What came of a request. */
    private record Outcome(
            int status,
            Problem.@Nullable Code code,
            boolean replayed,
            @Nullable UUID made) {}

    Audit(AuditTrail trail, PathTable paths, InstantSource clock, Strangers strangers) {
        this.trail = trail;
        this.paths = paths;
        this.clock = clock;
        this.strangers = strangers;
    }

    /** A command sets out: a row will follow. */
    void begin(Operation operation) {
        if (!operation.reads()) {
            trail.expect();
        }
    }

    /** The command that set out is back. */
    void end(Operation operation) {
        if (!operation.reads()) {
            trail.arrived();
        }
    }

    /** The request was carried out. */
    void done(RoutingContext context, Reply reply, int status) {
        if (isWrite(context)) {
            note(context, new Outcome(status, null, reply.replayed(), idIn(reply.data())));
        }
    }

    /** The request was refused, or failed. */
    void refused(RoutingContext context, Problem problem) {
        int status = Problems.of(problem.code()).status();
        boolean known = Exchange.of(context).caller != null;
        boolean write = isWrite(context);
        boolean unauthorised = status == 401 || status == 403;
        boolean worthIt = known
                ? (write || unauthorised) && !isFlood(problem, Exchange.of(context))
                : unauthorised && strangers.isNew(problem, context.request());
        if (worthIt) {
            note(context, new Outcome(status, problem.code(), false, null));
        }
    }

    private static boolean isWrite(RoutingContext context) {
        HttpMethod method = context.request().method();
        return method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT) || method.equals(HttpMethod.DELETE);
    }

    /** What a key is refused before anything is looked at costs its holder nothing: only so many a minute are kept. */
    private boolean isFlood(Problem problem, Exchange exchange) {
        return AT_THE_GATE.contains(problem.code())
                && exchange.caller != null
                && strangers.isTooMany(exchange.caller.identity().key());
    }

    private void note(RoutingContext context, Outcome outcome) {
        Exchange exchange = Exchange.of(context);
        if (exchange.noted) {
            return;
        }
        exchange.noted = true;
        Identity key = exchange.caller == null ? null : exchange.caller.identity();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        PathTable.Found found = found(context, exchange);
        UUID inPath = found == null ? null : uuid(found.parameters());
        var row = new AuditRow(
                Uuids.next(),
                now,
                key == null || key.role() != Role.PARTNER ? null : new PartnerId(key.owner()),
                key == null ? null : key.role(),
                key == null ? null : key.key(),
                key == null ? null : key.keyPrefix(),
                action(context.request(), found, context.normalizedPath()),
                outcome.made() == null ? inPath : outcome.made(),
                outcome.status(),
                outcome.code() == null ? null : outcome.code().name(),
                exchange.traceId,
                outcome.replayed());
        trail.add(row, key == null || (outcome.code() != null && AT_THE_GATE.contains(outcome.code())));
    }

    /** Where the request would have gone: a refusal may come before that is looked up. */
    private PathTable.@Nullable Found found(RoutingContext context, Exchange exchange) {
        if (exchange.found != null) {
            return exchange.found;
        }
        String path = context.normalizedPath();
        return path.startsWith(Paths.BASE) ? paths.find(Paths.below(path)).orElse(null) : null;
    }

    private String action(HttpServerRequest request, PathTable.@Nullable Found found, String path) {
        String method = request.method().name();
        Operation operation = found == null ? null : found.byMethod().get(method.equals("HEAD") ? "GET" : method);
        if (operation != null) {
            return operation.id();
        }
        String outline = path.startsWith(Paths.BASE) ? paths.outline(Paths.below(path)) : "/*";
        return (METHODS.contains(method) ? method : "OTHER") + " " + outline;
    }

    private static @Nullable UUID uuid(Map<String, String> parameters) {
        return uuid(parameters.get("id"));
    }

    private static @Nullable UUID uuid(@Nullable String text) {
        if (text == null || text.length() != UUID_LENGTH) {
            return null;
        }
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Replies begin with the id of what was made; one that begins with a list is a batch, and has none. */
    private static @Nullable UUID idIn(String data) {
        try (JsonParser parser = Json.MAPPER.createParser(data)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (value == JsonToken.VALUE_STRING && IDS.contains(field)) {
                    return uuid(parser.getText());
                }
                if (value == JsonToken.START_ARRAY) {
                    return null;
                }
                parser.skipChildren();
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
