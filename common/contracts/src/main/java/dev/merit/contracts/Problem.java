package dev.merit.contracts;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Why a request was not answered as hoped. Domains know codes; only the router knows HTTP statuses.
 *
 * @param message for people, one sentence
 * @param details for programs; empty when there are none
 */
public record Problem(Code code, String message, Map<String, Object> details) {

    /** Every code of the API. The router gives each a status and a retry strategy. */
    public enum Code {
        MALFORMED_JSON,
        MALFORMED_REQUEST,
        AUTH_MISSING_KEY,
        AUTH_INVALID_KEY,
        AUTH_KEY_EXPIRED,
        AUTH_KEY_REVOKED,
        AUTH_ROLE_MISMATCH,
        SCOPE_INSUFFICIENT,
        FEATURE_DISABLED,
        LIMIT_REACHED,
        ACCOUNT_INACTIVE,
        NOT_FOUND,
        METHOD_NOT_ALLOWED,
        PAYLOAD_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        IDEMPOTENCY_IN_PROGRESS,
        CONFLICT,
        HAS_DEPENDENTS,
        PRECONDITION_FAILED,
        VALIDATION_FAILED,
        IDEMPOTENCY_KEY_REUSED,
        INSUFFICIENT_BALANCE,
        CARD_INACTIVE,
        CARD_NOT_STARTED,
        CARD_EXPIRED,
        PURCHASE_BELOW_MINIMUM,
        REWARD_UNAVAILABLE,
        STAMPS_INCOMPLETE,
        STAMP_LIMIT_REACHED,
        STAMP_CARD_UNAVAILABLE,
        VOUCHER_INVALID,
        CLAIM_NOT_PENDING,
        NOT_REVERSIBLE,
        RATE_LIMITED,
        SERVER_ERROR,
        SERVICE_UNAVAILABLE
    }

    public Problem {
        // In one order on every node: an answer that is kept for repeats may hold problems.
        details = Collections.unmodifiableMap(new TreeMap<>(details));
    }

    public static Problem of(Code code, String message) {
        return new Problem(code, message, Map.of());
    }

    /** Nothing at this path, or nothing of this id that the caller may know of. */
    public static Problem notFound() {
        return of(Code.NOT_FOUND, "There is nothing here under this id.");
    }

    /** An id inside the request that leads nowhere: unknown and foreign ids look the same. */
    public static Problem notFound(String field) {
        return new Problem(Code.NOT_FOUND, "Nothing was found for " + field + ".", Map.of("field", field));
    }

    /** One bad field. */
    public static Problem invalid(String field, String message) {
        return invalid(Map.of(field, List.of(message)));
    }

    /** All bad fields at once, each with its messages. */
    public static Problem invalid(Map<String, List<String>> errors) {
        return new Problem(Code.VALIDATION_FAILED, "Some fields are not valid.", Map.of("errors", errors));
    }

    /** A dependency is slow, full or gone. After a write this means "unknown", not "no". */
    public static Problem unavailable() {
        return of(Code.SERVICE_UNAVAILABLE, "The service cannot answer right now. Please try again shortly.");
    }

    public ProblemException asException() {
        return new ProblemException(this);
    }
}
