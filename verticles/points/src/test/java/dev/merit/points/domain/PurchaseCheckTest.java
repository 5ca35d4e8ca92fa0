package dev.merit.points.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.Checked;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.Validity;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import dev.merit.contracts.points.PointsRequest.PurchaseFields;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PurchaseCheckTest {
    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");
    private static final CardId CARD = new CardId(new UUID(0, 1));

    @ParameterizedTest
    @CsvSource({
        "EUR, 1.999, false",
        "EUR, 1.990, true",
        "EUR, 10, true",
        "JPY, 1.5, false",
        "JPY, 100, true",
        "KWD, 1.234, true"
    })
    void takesNoMoreDecimalsThanTheCurrencyHas(String currency, String amount, boolean taken) {
        Checked<PurchaseFields> checked =
                PurchaseCheck.fields(purchase(amount, null), card(currency, null), NOW, new FieldErrors());

        assertThat(checked instanceof Checked.Valid<PurchaseFields>).isEqualTo(taken);
    }

    /** Breaks when the first bad field hides the others. */
    @Test
    void tellsEveryBadFieldAtOnce() {
        Checked<PurchaseFields> checked =
                PurchaseCheck.fields(purchase("1.999", NOW.plusSeconds(1)), card("EUR", null), NOW, new FieldErrors());

        assertThat(checked)
                .asInstanceOf(InstanceOfAssertFactories.type(Checked.Refused.class))
                .extracting(refused -> refused.problem().details().get("errors"))
                .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
                .containsOnlyKeys("purchase_amount", "occurred_at");
    }

    @Test
    void takesAReportThatIsThirtyDaysLateAndNoneThatIsLater() {
        Instant latest = NOW.minus(PurchaseCheck.LATEST);

        assertThat(PurchaseCheck.fields(purchase("1", latest), card("EUR", null), NOW, new FieldErrors()))
                .isInstanceOf(Checked.Valid.class);
        assertThat(PurchaseCheck.fields(
                        purchase("1", latest.minusMillis(1)), card("EUR", null), NOW, new FieldErrors()))
                .isInstanceOf(Checked.Refused.class);
    }

    @Test
    void refusesPurchasesBelowTheMinimumAndNotAtIt() {
        CardTerms card = card("EUR", "5.00");

        assertThat(PurchaseCheck.minimum(purchase("4.99", null), card).map(Problem::code))
                .contains(Code.PURCHASE_BELOW_MINIMUM);
        assertThat(PurchaseCheck.minimum(purchase("4.99", null), card).map(Problem::details))
                .contains(Map.of("minimum", new BigDecimal("5.00"), "purchase_amount", new BigDecimal("4.99")));
        assertThat(PurchaseCheck.minimum(purchase("5", null), card)).isEmpty();
    }

    private static PurchaseFields purchase(String amount, @Nullable Instant occurredAt) {
        return new PurchaseFields(CARD, "member", new BigDecimal(amount), null, null, null, occurredAt);
    }

    private static CardTerms card(String currency, @Nullable String minimum) {
        return new CardTerms(
                CARD,
                new ClubId(new UUID(0, 2)),
                currency,
                new EarningRules(1, BigDecimal.ONE, minimum == null ? null : new BigDecimal(minimum), null, 0, 12),
                new Validity(null, null),
                true,
                false);
    }
}
