package dev.merit.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.points.PointsRequest.Purchase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One request from URL to bus and back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PurchaseIT {
    static final String CARD = "0198a6c2-6f0e-7c3a-9a51-3d1f0c9b7e20";
    private RouterFixture fixture;
    private TestKey till;

    @BeforeAll
    void start() {
        fixture = new RouterFixture();
        till = fixture.known(TestKey.partner("write:transactions"));
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void recordsAPurchase() {
        var answer = fixture.post(till, "/partner/transactions/purchase", """
                        {"card_id":"%s","member_identifier":" ada@example.org ","purchase_amount":24.50}""".formatted(CARD))
                .answer();

        answer.is(201);
        assertThat(answer.json().path("error").asBoolean(true)).isFalse();
        assertThat(answer.data().path("points_awarded").asLong()).isEqualTo(62);
        Purchase asked = fixture.domains.last(Purchase.class);
        assertThat(asked.partner().value()).isEqualTo(till.owner);
        assertThat(asked.fields().memberIdentifier()).isEqualTo("ada@example.org");
        assertThat(asked.fields().purchaseAmount()).isEqualTo(new java.math.BigDecimal("24.50"));
    }
}
