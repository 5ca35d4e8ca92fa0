package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.TransactionId;
import dev.merit.contracts.points.PointsRequest.Adjust;
import dev.merit.contracts.points.PointsRequest.OnInsufficient;
import dev.merit.contracts.points.PointsRequest.Reverse;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reversals and adjustments from URL to bus. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CorrectionIT {
    private static final String ID = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e40";
    private RouterFixture fixture;
    private TestKey till;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
        till = fixture.known(TestKey.partner("write:transactions"));
    }

    @BeforeEach
    void forget() {
        fixture.domains.forgetAnswers();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void reversesAllThatIsLeftUnlessToldOtherwise() {
        reverse("{\"reason\":\" returned \"}").is(201);

        Reverse asked = fixture.domains.last(Reverse.class);
        assertThat(asked.transaction()).isEqualTo(new TransactionId(UUID.fromString(ID)));
        assertThat(asked.fields().reason()).isEqualTo("returned");
        assertThat(asked.fields().amount()).isNull();
        assertThat(asked.fields().onInsufficient()).isEqualTo(OnInsufficient.NEGATIVE);
    }

    @Test
    void takesAPartAndARefusalOfDebt() {
        reverse("{\"reason\":\"returned\",\"amount\":10.00,\"on_insufficient\":\"refuse\"}")
                .is(201);

        Reverse asked = fixture.domains.last(Reverse.class);
        assertThat(asked.fields().amount()).hasToString("10.00");
        assertThat(asked.fields().onInsufficient()).isEqualTo(OnInsufficient.REFUSE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {}                                          | reason
                    {"reason":"  "}                             | reason
                    {"reason":"r","amount":0}                   | amount
                    {"reason":"r","amount":-1}                  | amount
                    {"reason":"r","amount":"1"}                 | amount
                    {"reason":"r","on_insufficient":"forgive"}  | on_insufficient
                    {"reason":"r","staff_id":"me"}              | staff_id
                    {"reason":"r","points":5}                   | points
                    """)
    void refusesABadReversal(String body, String field) {
        Answered answer = reverse(body);

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors(field).isEmpty()).as(answer.text()).isFalse();
    }

    @Test
    void findsNothingUnderAMalformedId() {
        fixture.post(till, "/partner/transactions/nonsense/reverse", "{\"reason\":\"r\"}")
                .answer()
                .is(404, "NOT_FOUND");
    }

    @ParameterizedTest
    @CsvSource({
        "0, must not be 0",
        "1000000001, must be at most 1000000000",
        "-1000000001, must be at least -1000000000",
        "1.5, must be a whole number"
    })
    void refusesAnAdjustmentByNothingOrByTooMuch(String points, String message) {
        Answered answer = adjust(points);

        answer.is(422, "VALIDATION_FAILED");
        assertThat(answer.errors("points")).hasToString("[\"" + message + "\"]");
    }

    @Test
    void adjustsDownAsWell() {
        adjust("-1000000000").is(201);

        assertThat(fixture.domains.last(Adjust.class).fields().points()).isEqualTo(-1_000_000_000);
    }

    private Answered reverse(String body) {
        return fixture.post(till, "/partner/transactions/" + ID + "/reverse", body)
                .answer();
    }

    private Answered adjust(String points) {
        return fixture.post(
                        till,
                        "/partner/transactions/adjust",
                        "{\"card_id\":\"" + ID + "\",\"member_identifier\":\"ada@example.org\",\"points\":" + points
                                + ",\"reason\":\"goodwill\"}")
                .answer();
    }
}
