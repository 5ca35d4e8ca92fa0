package dev.merit.router.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Repeat;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.router.openapi.Complaints;
import dev.merit.router.openapi.ItemsCheck;
import dev.merit.router.openapi.Operation;
import dev.merit.router.openapi.PathTable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** From a judged caller to the endpoint: route, scope, permission, headers, ids, query, body. */
final class Api {
    private static final String ITEM_KEY = "idempotency_key";
    private static final Pattern UUID_TEXT =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private final PathTable paths;
    private final Map<String, Endpoint> endpoints;
    private final Watch watch;
    private final Access access;

    /** Who looks on while an operation is answered. */
    record Watch(Audit audit, Guesses guesses) {}

    Api(List<Operation> operations, PathTable paths, Map<String, Endpoint> endpoints, Watch watch) {
        this.paths = paths;
        this.watch = watch;
        this.endpoints = Map.copyOf(endpoints);
        this.access = new Access(operations);
    }

    /** Finds the operation, and refuses what the caller may not do. */
    void route(RoutingContext context) {
        Exchange exchange = Exchange.of(context);
        HttpServerRequest request = context.request();
        PathTable.Found found =
                paths.find(Paths.below(context.normalizedPath())).orElse(null);
        if (found == null) {
            context.fail(Problem.notFound().asException());
            return;
        }
        String method = request.method().name();
        Operation operation = found.byMethod().get(method.equals("HEAD") ? "GET" : method);
        if (operation == null) {
            otherMethod(context, found, method);
            return;
        }
        exchange.found = found;
        exchange.operation = operation;
        exchange.trace.name(operation.id());
        Problem refusal = access.refusal(operation, callerOf(exchange).identity());
        if (refusal != null) {
            throw refusal.asException();
        }
        if (operation.body() != null && (operation.body().isRequired() || Headers.saysType(request))) {
            Headers.requireJson(request);
        }
        context.next();
    }

    /** Checks what was sent, and answers. */
    void answer(RoutingContext context) {
        Exchange exchange = Exchange.of(context);
        Operation operation = exchange.operation;
        PathTable.Found found = exchange.found;
        if (operation == null || found == null) {
            throw new IllegalStateException("not routed");
        }
        Call call = checked(context, exchange, operation, found.parameters());
        Future<Reply> answered = answered(context, operation, call);
        exchange.decide();
        watch.audit().begin(operation);
        answered.onComplete(decided -> exchange.decided());
        answered.onSuccess(reply -> {
                    watch.audit().done(context, reply, operation.success());
                    Answers.send(context, reply, operation.success());
                })
                .onFailure(context::fail)
                .onComplete(decided -> watch.audit().end(operation));
    }

    private Future<Reply> answered(RoutingContext context, Operation operation, Call call) {
        Endpoint endpoint = endpoint(operation);
        return operation.guessable()
                ? watch.guesses().watch(call.identity().key(), context.response(), () -> endpoint.answer(call))
                : endpoint.answer(call);
    }

    private Endpoint endpoint(Operation operation) {
        Endpoint endpoint = endpoints.get(operation.id());
        if (endpoint == null) {
            throw new IllegalStateException("nobody answers " + operation.id());
        }
        return endpoint;
    }

    private static void otherMethod(RoutingContext context, PathTable.Found found, String method) {
        Set<String> allowed = new TreeSet<>(found.byMethod().keySet());
        allowed.add("OPTIONS");
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        context.response().putHeader("Allow", String.join(", ", allowed));
        if (method.equals("OPTIONS")) {
            context.response().setStatusCode(204).end().onFailure(Answers::gone);
        } else {
            context.fail(Problem.of(Problem.Code.METHOD_NOT_ALLOWED, "This path does not take " + method + ".")
                    .asException());
        }
    }

    private static Call checked(
            RoutingContext context, Exchange exchange, Operation operation, Map<String, String> parameters) {
        HttpServerRequest request = context.request();
        for (String id : operation.ids()) {
            if (!UUID_TEXT.matcher(parameters.getOrDefault(id, "")).matches()) {
                throw Problem.notFound().asException();
            }
        }
        Buffer bytes = exchange.body == null ? Buffer.buffer() : exchange.body;
        exchange.body = null; // What is read of it is all that is needed, and takes less.
        if (operation.body() != null && !operation.body().isRequired() && bytes.length() > 0) {
            Headers.requireJson(request); // Where the body may be left out, one without a type comes this far.
        }
        String key = operation.reads() ? null : Headers.idempotencyKey(request);
        var complaints = new Complaints();
        ObjectNode query = operation.query().read(context.queryParams(), complaints);
        ObjectNode body = operation.body() == null
                ? JsonNodeFactory.instance.objectNode()
                : operation.body().read(bytes.getBytes(), complaints);
        if (!complaints.isEmpty()) {
            throw Problem.invalid(complaints.byField()).asException();
        }
        var identity = callerOf(exchange).identity();
        var sent = new Headers.Sent(request.method().name(), context.normalizedPath(), key, bytes);
        return new Call(
                identity,
                exchange.rate,
                parameters,
                query,
                body,
                Headers.origin(request, identity, exchange.traceId, sent),
                items(operation, body, identity, sent));
    }

    private static List<Call.Item> items(Operation operation, ObjectNode body, Identity identity, Headers.Sent sent) {
        ItemsCheck check = operation.body() == null ? null : operation.body().items();
        if (check == null) {
            return List.of();
        }
        return check.read(body, sent.body().getBytes()).stream()
                .map(item -> {
                    String key = item.body().path(ITEM_KEY).asText();
                    Repeat repeat = Headers.itemRepeat(identity, sent, key, item.bytes());
                    Complaints complaints = item.complaints();
                    Problem refusal = complaints.isEmpty() ? null : Problem.invalid(complaints.byField());
                    return new Call.Item(item.body(), repeat, refusal);
                })
                .toList();
    }

    private static Caller callerOf(Exchange exchange) {
        Caller caller = exchange.caller;
        if (caller == null) {
            throw new IllegalStateException("no caller");
        }
        return caller;
    }
}
