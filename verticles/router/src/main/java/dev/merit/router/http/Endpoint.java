package dev.merit.router.http;

import io.vertx.core.Future;

/** Answers one operation. What it is given is checked; what it fails with becomes a problem. */
@FunctionalInterface
public interface Endpoint {
    Future<Reply> answer(Call call);
}
