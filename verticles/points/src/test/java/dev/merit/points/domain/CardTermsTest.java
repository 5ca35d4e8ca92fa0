package dev.merit.points.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import dev.merit.contracts.Validity;
import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CardTermsTest {
    private static final Instant NOW = Instant.parse("2026-01-31T10:00:00Z");

    @Test
    void writesAnAmountWithTheDecimalsOfItsCurrency() {
        CardTerms card = card("EUR", null, new Validity(null, null), true, 12);

        assertThat(card.exactly(new BigDecimal("1E+1")).toPlainString()).isEqualTo("10.00");
    }

    @Test
    void saysWhyACardCannotBeUsed() {
        Validity open = new Validity(null, null);

        assertThat(refusal(card("EUR", null, open, false, 12))).isEqualTo(Code.CARD_INACTIVE);
        assertThat(refusal(card("EUR", null, new Validity(NOW.plusMillis(1), null), true, 12)))
                .isEqualTo(Code.CARD_NOT_STARTED);
        assertThat(refusal(card("EUR", null, new Validity(null, NOW.minusMillis(1)), true, 12)))
                .isEqualTo(Code.CARD_EXPIRED);
        assertThat(card("EUR", null, new Validity(NOW, NOW), true, 12).refuseUse(NOW))
                .isEmpty();
    }

    /** Breaks when months are counted as thirty days. */
    @Test
    void expiresPointsAfterWholeCalendarMonths() {
        assertThat(card("EUR", null, new Validity(null, null), true, 1).expiryOf(NOW))
                .isEqualTo(Instant.parse("2026-02-28T10:00:00Z"));
        assertThat(card("EUR", null, new Validity(null, null), true, null).expiryOf(NOW))
                .isNull();
    }

    private static @Nullable Code refusal(CardTerms card) {
        return card.refuseUse(NOW).map(Problem::code).orElse(null);
    }

    private static CardTerms card(
            String currency, @Nullable String minimum, Validity validity, boolean active, @Nullable Integer months) {
        return new CardTerms(
                new CardId(new UUID(0, 1)),
                new ClubId(new UUID(0, 2)),
                currency,
                new EarningRules(1, BigDecimal.ONE, minimum == null ? null : new BigDecimal(minimum), null, 0, months),
                validity,
                active,
                false);
    }
}
