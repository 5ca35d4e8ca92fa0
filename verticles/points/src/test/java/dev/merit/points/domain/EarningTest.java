package dev.merit.points.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.event.LoyaltyEvent.EarningRules;
import java.math.BigDecimal;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarningTest {

    /** Breaks when the quotient is rounded before it is multiplied, or passes through a double. */
    @ParameterizedTest
    @CsvSource({
        "25.00, 1, 2, 12",
        "10, 3, 3, 10",
        "0.01, 1, 1, 0",
        "0.99, 1, 1, 0",
        "1.00, 1, 1, 1",
        "0.30, 10, 0.1, 30",
        "1000000000, 1000000, 1000, 1000000000000",
        "19.99, 7, 0.33, 424",
        "24.50, 0, 1, 0",
    })
    void floorsAmountTimesPointsOverUnitOnce(String amount, long points, String unit, long expected) {
        Earning earning = Earning.of(rules(points, unit, null, 0), new BigDecimal(amount), BigDecimal.ONE, false);

        assertThat(earning.awarded()).isEqualTo(expected);
    }

    /** Breaks when the tier is applied to the amount and not to the base points. */
    @ParameterizedTest
    @CsvSource({"100, 1.5, 150, 50", "25, 1.1, 27, 2", "1, 1.99, 1, 0", "10, 0, 0, -10", "10, 0.55, 5, -5"})
    void floorsBaseTimesMultiplier(String amount, String multiplier, long awarded, long bonus) {
        Earning earning = Earning.of(rules(1, "1", null, 0), new BigDecimal(amount), new BigDecimal(multiplier), false);

        assertThat(earning.awarded()).isEqualTo(awarded);
        assertThat(earning.tierBonus()).isEqualTo(bonus);
    }

    /** Breaks when the cap also cuts the welcome bonus, or is applied before the tier. */
    @Test
    void capsAfterTheTierAndBeforeTheWelcomeBonus() {
        Earning earning = Earning.of(rules(1, "1", 120L, 50), new BigDecimal("100"), new BigDecimal("1.5"), true);

        assertThat(earning).isEqualTo(new Earning(100, 50, 50, 170));
    }

    @Test
    void givesTheWelcomeBonusOnlyOnTheFirstEarning() {
        EarningRules rules = rules(1, "1", null, 50);

        assertThat(Earning.of(rules, new BigDecimal("0.10"), BigDecimal.ONE, true)
                        .awarded())
                .isEqualTo(50);
        assertThat(Earning.of(rules, new BigDecimal("10"), BigDecimal.ONE, false)
                        .awarded())
                .isEqualTo(10);
    }

    @Test
    void noticesMorePointsThanCanBeCounted() {
        EarningRules rules = rules(1_000_000, "0.0001", null, 0);

        assertThat(Earning.isCountable(rules, new BigDecimal("1000000000"))).isFalse();
        assertThat(Earning.isCountable(rules, new BigDecimal("1"))).isTrue();
    }

    /** Against whole numbers of hundredths, where nothing has to be rounded but the result. */
    @Test
    void agreesWithIntegerArithmeticOnRandomAmounts() {
        long seed = Long.getLong("merit.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long cents = 1 + random.nextLong(10_000_000);
            long points = random.nextLong(1_000);
            long unitCents = 1 + random.nextLong(10_000);

            Earning earning = Earning.of(
                    rules(points, BigDecimal.valueOf(unitCents, 2).toPlainString(), null, 0),
                    BigDecimal.valueOf(cents, 2),
                    BigDecimal.ONE,
                    false);

            assertThat(earning.base()).as("seed %d, round %d", seed, i).isEqualTo(cents * points / unitCents);
        }
    }

    private static EarningRules rules(long points, String unit, @Nullable Long cap, long bonus) {
        return new EarningRules(points, new BigDecimal(unit), null, cap, bonus, 12);
    }
}
