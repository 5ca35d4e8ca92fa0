/**
 * The steps of a request, in the contract's order: request id and log, CORS, key, caller, rate limit, route, scope,
 * headers, body, answer. Problems become HTTP here and nowhere else. Start at Api.
 */
@NullMarked
package dev.merit.router.http;

import org.jspecify.annotations.NullMarked;
