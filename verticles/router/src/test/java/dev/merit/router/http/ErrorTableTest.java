package dev.merit.router.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Problem;
import dev.merit.platform.Json;
import dev.merit.testing.GoldenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The integrator's guide says of every code what to do. */
final class ErrorTableTest {
    private static final Path GUIDE = Path.of("..", "..", "deploy", "docs", "integrate.md");
    private static final String BEGIN = "<!-- errors -->\n";
    private static final String END = "<!-- /errors -->\n";

    // Breaks when a code is added, or gets another status, and the guide does not say so. A new one needs its advice
    // here.
    @Test
    void namesEveryCodeWithItsStatusAndWhatToDo() throws IOException {
        String guide = Files.readString(GUIDE);
        int from = guide.indexOf(BEGIN) + BEGIN.length();
        int until = guide.indexOf(END);
        assertThat(from).isLessThanOrEqualTo(until);
        if (GoldenFiles.writing()) {
            guide = guide.substring(0, from) + table() + guide.substring(until);
            Files.writeString(GUIDE, guide);
            until = guide.indexOf(END);
        }

        assertThat(guide.substring(from, until))
                .as("run this test with -Dmerit.golden.write=true")
                .isEqualTo(table());
    }

    private static String table() {
        return "| HTTP | `code` | `retry_strategy` | what to do |\n|---|---|---|---|\n"
                + Arrays.stream(Problem.Code.values())
                        .sorted(Comparator.comparingInt(
                                code -> Problems.of(code).status()))
                        .map(ErrorTableTest::row)
                        .collect(Collectors.joining());
    }

    private static String row(Problem.Code code) {
        Problems.Form form = Problems.of(code);
        String strategy = Json.write(form.retry()).replace('"', '`');
        return "| " + form.status() + " | `" + code + "` | " + strategy + " | " + advice(code) + " |\n";
    }

    private static String advice(Problem.Code code) {
        return switch (code) {
            case MALFORMED_JSON -> "Send one JSON object in UTF-8, each name once.";
            case MALFORMED_REQUEST -> "Look at the header or address that the message names.";
            case AUTH_MISSING_KEY -> "Send the key in `X-Agent-Key`.";
            case AUTH_INVALID_KEY -> "Check the key for a slip in copying; if it is whole, ask for a new one.";
            case AUTH_KEY_EXPIRED, AUTH_KEY_REVOKED -> "Ask for a new key.";
            case AUTH_ROLE_MISMATCH -> "Use a key of the role that the path begins with.";
            case SCOPE_INSUFFICIENT -> "Use a key with one of `details.required`.";
            case FEATURE_DISABLED -> "Ask the operator for `details.permission`.";
            case LIMIT_REACHED -> "Delete what is not needed, or ask the operator for more than `details.limit`.";
            case ACCOUNT_INACTIVE -> "Ask the operator why the account is switched off.";
            case NOT_FOUND -> "Check the path, or the id in `details.field`; it may be deleted, or somebody else's.";
            case METHOD_NOT_ALLOWED -> "Use a method that `Allow` names.";
            case PAYLOAD_TOO_LARGE -> "Send less than 1 MiB; split batches.";
            case UNSUPPORTED_MEDIA_TYPE -> "Send `Content-Type: application/json`, not packed.";
            case IDEMPOTENCY_IN_PROGRESS -> "Wait, and send the same again: the first request is still at work.";
            case CONFLICT ->
                "It is there already; `details` says which one, or choose another name, code or reference.";
            case HAS_DEPENDENTS -> "Delete what belongs to it first.";
            case PRECONDITION_FAILED -> "Somebody changed it: read it again, then send `If-Match` with the new `ETag`.";
            case VALIDATION_FAILED -> "Correct the fields in `details.errors`; all bad ones are named.";
            case IDEMPOTENCY_KEY_REUSED ->
                "Find out why one key was sent with two bodies; use a new key for a new request.";
            case INSUFFICIENT_BALANCE -> "Tell the customer what is missing: `details.deficit`.";
            case CARD_INACTIVE, CARD_NOT_STARTED, CARD_EXPIRED -> "Sell without points; the card takes none now.";
            case PURCHASE_BELOW_MINIMUM -> "Sell without points or stamps; the amount is too small.";
            case REWARD_UNAVAILABLE -> "Offer another reward; `details` says why not this one.";
            case STAMPS_INCOMPLETE -> "Tell the customer how many stamps are missing: `details.missing`.";
            case STAMP_LIMIT_REACHED -> "No more stamps today than `details.remaining_today`.";
            case STAMP_CARD_UNAVAILABLE -> "The stamp card takes no stamps now; `details` says why.";
            case VOUCHER_INVALID -> "Tell the customer why: `details.reason`.";
            case CLAIM_NOT_PENDING -> "Read the claim: somebody decided already, or it expired.";
            case NOT_REVERSIBLE -> "Nothing to do: it was taken back before, or never can be.";
            case RATE_LIMITED -> "Wait for `Retry-After`, then send the same again.";
            case SERVER_ERROR ->
                "Send the same again with the same idempotency key; if it stays, report `details.request_id`.";
            case SERVICE_UNAVAILABLE -> "Nobody knows whether it was done: send the same again, same idempotency key.";
        };
    }
}
