package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Problem;
import dev.merit.contracts.points.PointsRequest.FindCard;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every code's status and form. The table is written out here again, on purpose. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ProblemsIT {
    private static final String CARD = "/partner/cards/0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e20";
    private static final Map<String, String> FORMS = Arrays.stream("""
                    MALFORMED_JSON 400 fix_request
                    MALFORMED_REQUEST 400 fix_request
                    AUTH_MISSING_KEY 401 no_retry
                    AUTH_INVALID_KEY 401 no_retry
                    AUTH_KEY_EXPIRED 401 no_retry
                    AUTH_KEY_REVOKED 401 no_retry
                    AUTH_ROLE_MISMATCH 403 no_retry
                    SCOPE_INSUFFICIENT 403 no_retry
                    FEATURE_DISABLED 403 contact_support
                    LIMIT_REACHED 403 contact_support
                    ACCOUNT_INACTIVE 403 contact_support
                    NOT_FOUND 404 no_retry
                    METHOD_NOT_ALLOWED 405 fix_request
                    PAYLOAD_TOO_LARGE 413 fix_request
                    UNSUPPORTED_MEDIA_TYPE 415 fix_request
                    IDEMPOTENCY_IN_PROGRESS 409 backoff
                    CONFLICT 409 fix_request
                    HAS_DEPENDENTS 409 fix_request
                    PRECONDITION_FAILED 412 fix_request
                    VALIDATION_FAILED 422 fix_request
                    IDEMPOTENCY_KEY_REUSED 422 fix_request
                    INSUFFICIENT_BALANCE 422 no_retry
                    CARD_INACTIVE 422 no_retry
                    CARD_NOT_STARTED 422 no_retry
                    CARD_EXPIRED 422 no_retry
                    PURCHASE_BELOW_MINIMUM 422 no_retry
                    REWARD_UNAVAILABLE 422 no_retry
                    STAMPS_INCOMPLETE 422 no_retry
                    STAMP_LIMIT_REACHED 422 no_retry
                    STAMP_CARD_UNAVAILABLE 422 no_retry
                    VOUCHER_INVALID 422 no_retry
                    CLAIM_NOT_PENDING 422 no_retry
                    NOT_REVERSIBLE 422 no_retry
                    RATE_LIMITED 429 backoff
                    SERVER_ERROR 500 backoff
                    SERVICE_UNAVAILABLE 503 backoff
                    """.split("\n", -1))
            .filter(line -> !line.isEmpty())
            .collect(Collectors.toMap(line -> line.split(" ", 2)[0], line -> line.split(" ", 2)[1]));
    private RouterFixture fixture;
    private TestKey key;

    @BeforeAll
    void start() {
        fixture = new RouterFixture(Map.of("MERIT_AUTH_FAILURES_PER_MINUTE", "1000"));
        key = fixture.known(TestKey.partner("read"));
    }

    @BeforeEach
    void forget() {
        fixture.domains.forgetAnswers();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource(Problem.Code.class)
    void givesEveryCodeItsForm(Problem.Code code) {
        fixture.domains.on(
                FindCard.class,
                find -> Future.failedFuture(new Problem(code, "Because.", Map.of("hint", 7)).asException()));

        var answer = fixture.get(key, CARD).header("X-Request-Id", "r1").answer();

        assertThat(answer.status() + " " + answer.json().path("retry_strategy").asText())
                .isEqualTo(FORMS.get(code.name()));
        assertThat(answer.json().path("error").asBoolean()).isTrue();
        assertThat(answer.code()).isEqualTo(code.name());
        assertThat(answer.json().path("message").asText()).isEqualTo("Because.");
        assertThat(answer.json().at("/details/hint").asInt()).isEqualTo(7);
        assertThat(answer.json().at("/details/request_id").asText()).isEqualTo(answer.status() >= 500 ? "r1" : "");
        if (answer.status() == 503) {
            assertThat(answer.header("Retry-After")).isNotNull();
        }
    }

    @Test
    void leavesDetailsOutWhenThereAreNone() {
        fixture.domains.on(
                FindCard.class, find -> Future.failedFuture(Problem.notFound().asException()));

        List<String> members = new java.util.ArrayList<>();
        fixture.get(key, CARD).answer().json().fieldNames().forEachRemaining(members::add);

        assertThat(members).containsExactly("error", "code", "message", "retry_strategy");
    }

    @Test
    void tellsNothingOfABugButTheRequestId() {
        fixture.domains.on(FindCard.class, find -> Future.failedFuture(new IllegalStateException("SELECT secret")));

        var answer = fixture.get(key, CARD).header("X-Request-Id", "r2").answer();

        answer.is(500, "SERVER_ERROR");
        assertThat(answer.text()).doesNotContain("secret").doesNotContain("Exception");
        assertThat(answer.json().path("details").toString()).isEqualTo("{\"request_id\":\"r2\"}");
    }

    @Test
    void answers503WhenADomainDoesNotAnswer() {
        // Breaks when a request without a reply hangs: the domain here never replies.
        fixture.domains.on(FindCard.class, find -> Future.future(never -> {}));

        var answer = fixture.get(key, CARD).answer();

        answer.is(503, "SERVICE_UNAVAILABLE");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
    }
}
