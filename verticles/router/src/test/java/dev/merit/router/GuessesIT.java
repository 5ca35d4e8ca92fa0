package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Done;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Role;
import dev.merit.contracts.discovery.DiscoveryRequest.Resolve;
import dev.merit.contracts.points.PointsRequest.BatchResult;
import dev.merit.contracts.points.PointsRequest.FindCard;
import dev.merit.contracts.points.PointsRequest.Purchase;
import dev.merit.contracts.points.PointsRequest.PurchaseBatch;
import dev.merit.contracts.points.PointsRequest.PurchasedBatch;
import dev.merit.contracts.vouchers.VouchersRequest.Reason;
import dev.merit.contracts.vouchers.VouchersRequest.ValidateVoucher;
import dev.merit.contracts.vouchers.VouchersRequest.VoucherValidated;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Codes and members cannot be found by trying. */
final class GuessesIT {
    private static final int LIMIT = 5;
    private RouterFixture fixture;
    private TestKey till;

    @BeforeEach
    void start() {
        fixture = new RouterFixture(Map.of("MERIT_LOOKUP_FAILURES_PER_MINUTE", Integer.toString(LIMIT)));
        till = fixture.known(TestKey.partner("use:vouchers", "write:transactions", "read"));
    }

    @AfterEach
    void stop() {
        fixture.close();
    }

    /** Breaks when wrong codes are not counted, or a right one is still told to somebody who has tried too often. */
    @Test
    void tellsSoManyUnknownCodesAndThenNoneAtAll() {
        knowing("RIGHT");
        for (int i = 0; i < LIMIT; i++) {
            validate("WRONG-" + i).is(200);
        }

        Answered refused = validate("WRONG-AGAIN");

        refused.is(429, "RATE_LIMITED");
        assertThat(refused.json().path("retry_strategy").asText()).isEqualTo("backoff");
        assertThat(Integer.parseInt(String.valueOf(refused.header("Retry-After"))))
                .isBetween(50, 60);
        validate("RIGHT").is(429, "RATE_LIMITED");
    }

    @Test
    void countsNoRightGuesses() {
        knowing("RIGHT");
        for (int i = 0; i < 3 * LIMIT; i++) {
            validate("RIGHT").is(200);
        }
    }

    /** Breaks when every operation has a count of its own: members could be tried at one till and then at the next. */
    @Test
    void countsUnknownMembersAndUnknownCodesTogether() {
        knowing("RIGHT");
        fixture.domains.on(
                Purchase.class,
                purchase -> Future.failedFuture(
                        Problem.notFound("member_identifier").asException()));
        for (int i = 0; i < 3; i++) {
            purchase().is(404, "NOT_FOUND");
            validate("WRONG").is(i < 2 ? 200 : 429);
        }
        purchase().is(429, "RATE_LIMITED");
        assertThat(fixture.meters
                        .get("merit.http.guesses")
                        .tag("outcome", "wrong")
                        .counter()
                        .count())
                .isEqualTo(LIMIT);
        assertThat(fixture.meters
                        .get("merit.http.guesses")
                        .tag("outcome", "refused")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    /** Breaks when the numbers of cards can be tried one after another; an old poster's link costs nothing. */
    @Test
    void countsUnknownNumbersOfCardsAndNoLinks() {
        var member = new TestKey(Role.MEMBER);
        member.scopes = List.of("read");
        var key = fixture.known(member);
        fixture.domains.on(
                Resolve.class,
                query -> Future.failedFuture(Problem.notFound(query.url() == null ? "identifier" : "url")
                        .asException()));
        for (int i = 0; i < 2 * LIMIT; i++) {
            fixture.post(key, "/member/discover/resolve", "{\"url\":\"https://a.example/card/1\"}")
                    .answer()
                    .is(404, "NOT_FOUND");
        }
        for (int i = 0; i <= LIMIT; i++) {
            fixture.post(key, "/member/discover/resolve", "{\"identifier\":\"344-319-665-974\"}")
                    .answer()
                    .is(i < LIMIT ? 404 : 429);
        }
    }

    /** Breaks when a mistake in another field, or at another operation, uses up a till's guesses. */
    @Test
    void countsNothingElse() {
        fixture.domains.on(
                Purchase.class,
                purchase -> Future.failedFuture(Problem.notFound("card_id").asException()));
        fixture.domains.on(
                FindCard.class, query -> Future.failedFuture(Problem.notFound().asException()));
        for (int i = 0; i < 2 * LIMIT; i++) {
            purchase().is(404, "NOT_FOUND");
            fixture.get(till, "/partner/cards/" + PurchaseIT.CARD).answer().is(404, "NOT_FOUND");
        }
    }

    /** Breaks when one key's guesses stop another's, or operations that tell nothing of codes and members. */
    @Test
    void stopsNobodyElseAndNothingElse() {
        knowing("RIGHT");
        for (int i = 0; i <= LIMIT; i++) {
            Answered unused = validate("WRONG");
        }
        validate("RIGHT").is(429);

        fixture.get(till, "/partner/vouchers").answer().is(200);
        till = fixture.known(TestKey.of(till.owner));
        validate("RIGHT").is(200);
    }

    /** Breaks when guesses that are sent at once are judged by a count of before: more would be told than the limit. */
    @Test
    void tellsNoMoreWhenAllAreSentAtOnce() {
        knowing("RIGHT");

        List<Integer> statuses = IntStream.range(0, 40)
                .mapToObj(i -> sending("WRONG-" + i).later())
                .toList()
                .stream()
                .map(each -> dev.merit.testing.Eventually.get(each).status())
                .toList();

        assertThat(statuses).filteredOn(status -> status == 200).hasSize(LIMIT);
        assertThat(statuses).filteredOn(status -> status == 429).hasSize(40 - LIMIT);
    }

    /** Breaks when a batch is a way around the limit. */
    @Test
    void countsEveryItemOfABatch() {
        knowing("RIGHT");
        var unknown = new BatchResult(0, null, Problem.notFound("member_identifier"));
        fixture.domains.on(
                PurchaseBatch.class,
                batch -> Future.succeededFuture(
                        batch.reply(Done.fresh(new PurchasedBatch(Collections.nCopies(LIMIT, unknown), 0, LIMIT)))));

        fixture.post(till, "/partner/transactions/purchases", """
                {"items":[{"idempotency_key":"one","card_id":"%s","member_identifier":"eve@example.org","purchase_amount":1}]}
                """.formatted(PurchaseIT.CARD))
                .answer()
                .is(200);

        validate("RIGHT").is(429, "RATE_LIMITED");
    }

    /** Vouchers knows this one code. */
    private void knowing(String code) {
        fixture.domains.on(ValidateVoucher.class, asked -> {
            VoucherValidated told = fixture.domains.example(VoucherValidated.class);
            return Future.succeededFuture(
                    asked.reply(Done.fresh(asked.fields().code().equals(code) ? told : unknown())));
        });
    }

    private static VoucherValidated unknown() {
        return new VoucherValidated(
                false,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                null,
                null,
                null,
                null,
                Reason.UNKNOWN_CODE,
                "There is no voucher with this code.");
    }

    private Answered validate(String code) {
        return sending(code).answer();
    }

    private RouterFixture.Sending sending(String code) {
        return fixture.post(till, "/partner/vouchers/validate", """
                {"code":"%s","member_identifier":"ada@example.org","club_id":"%s"}""".formatted(code, PurchaseIT.CARD));
    }

    private Answered purchase() {
        return fixture.post(till, "/partner/transactions/purchase", """
                {"card_id":"%s","member_identifier":"eve@example.org","purchase_amount":1}""".formatted(PurchaseIT.CARD))
                .answer();
    }
}
