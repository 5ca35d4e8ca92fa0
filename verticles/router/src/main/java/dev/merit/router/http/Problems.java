package dev.merit.router.http;

import dev.merit.contracts.Problem;

/** The one place where a code becomes an HTTP status and a retry strategy. A new code does not compile without both. */
final class Problems {
    /** How a code looks over HTTP. */
    record Form(int status, Retry retry) {}

    private Problems() {}

    static Form of(Problem.Code code) {
        return switch (code) {
            case MALFORMED_JSON, MALFORMED_REQUEST -> new Form(400, Retry.FIX_REQUEST);
            case AUTH_MISSING_KEY, AUTH_INVALID_KEY, AUTH_KEY_EXPIRED, AUTH_KEY_REVOKED ->
                new Form(401, Retry.NO_RETRY);
            case AUTH_ROLE_MISMATCH, SCOPE_INSUFFICIENT -> new Form(403, Retry.NO_RETRY);
            case FEATURE_DISABLED, LIMIT_REACHED, ACCOUNT_INACTIVE -> new Form(403, Retry.CONTACT_SUPPORT);
            case NOT_FOUND -> new Form(404, Retry.NO_RETRY);
            case METHOD_NOT_ALLOWED -> new Form(405, Retry.FIX_REQUEST);
            case PAYLOAD_TOO_LARGE -> new Form(413, Retry.FIX_REQUEST);
            case UNSUPPORTED_MEDIA_TYPE -> new Form(415, Retry.FIX_REQUEST);
            case IDEMPOTENCY_IN_PROGRESS -> new Form(409, Retry.BACKOFF);
            case CONFLICT, HAS_DEPENDENTS -> new Form(409, Retry.FIX_REQUEST);
            case PRECONDITION_FAILED -> new Form(412, Retry.FIX_REQUEST);
            case VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED -> new Form(422, Retry.FIX_REQUEST);
            case INSUFFICIENT_BALANCE,
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
                    NOT_REVERSIBLE -> new Form(422, Retry.NO_RETRY);
            case RATE_LIMITED -> new Form(429, Retry.BACKOFF);
            case SERVER_ERROR -> new Form(500, Retry.BACKOFF);
            case SERVICE_UNAVAILABLE -> new Form(503, Retry.BACKOFF);
        };
    }
}
