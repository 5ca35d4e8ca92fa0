package dev.merit.stamps.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StampTermsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void saysWhyACardCannotBeUsed() {
        assertThat(Terms.valid(NOW, NOW, true).refuseUse(NOW)).isEmpty();
        assertThat(reason(Terms.valid(null, null, false).refuseUse(NOW))).isEqualTo("INACTIVE");
        assertThat(reason(Terms.valid(NOW.plusSeconds(1), null, true).refuseUse(NOW)))
                .isEqualTo("NOT_STARTED");
        assertThat(reason(Terms.valid(null, NOW.minusSeconds(1), true).refuseUse(NOW)))
                .isEqualTo("EXPIRED");
    }

    /** Breaks when a reward that was earned is lost with the card's validity. */
    @Test
    void handsOutWhatWasEarnedAlsoAfterTheCardIsOver() {
        assertThat(Terms.valid(null, NOW.minusSeconds(1), true).refuseRedemption())
                .isEmpty();
        assertThat(reason(Terms.valid(null, null, false).refuseRedemption())).isEqualTo("INACTIVE");
    }

    @ParameterizedTest
    @CsvSource({"4.99, true", "5, false", "5.00, false", "5.01, false", ", true"})
    void takesAPurchaseOfTheMinimum(BigDecimal amount, boolean refused) {
        StampTerms terms = Terms.of(10, new StampTerms.Rules(null, null, 10, new BigDecimal("5.00")), true);

        Optional<Problem> refusal = terms.refusePurchase(amount);

        assertThat(refusal.isPresent()).isEqualTo(refused);
        refusal.ifPresent(problem -> assertThat(problem.code()).isEqualTo(Code.PURCHASE_BELOW_MINIMUM));
        assertThat(Terms.taking(10).refusePurchase(null)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"3, 0, ", "1, 2, ", "1, 3, 0", "2, 2, 1", "4, 0, 3", "1, 5, 0"})
    void keepsTheLimitOfADay(long stamps, long given, Integer remaining) {
        StampTerms terms = Terms.of(10, new StampTerms.Rules(null, 3, 10, null), true);

        Optional<Problem> refusal = terms.refuseDay(stamps, given);

        assertThat(refusal.map(Problem::code))
                .isEqualTo(remaining == null ? Optional.empty() : Optional.of(Code.STAMP_LIMIT_REACHED));
        refusal.ifPresent(
                problem -> assertThat(((Number) problem.details().getOrDefault("remaining_today", -1)).intValue())
                        .isEqualTo(remaining));
        assertThat(Terms.taking(10).refuseDay(1_000, 1_000)).isEmpty();
    }

    @Test
    void keepsTheLimitOfOneCall() {
        var errors = new FieldErrors();
        Terms.taking(10).checkNumber(10, errors);
        assertThat(errors.problem()).isEmpty();

        Terms.taking(10).checkNumber(11, errors);

        assertThat(errors.problem().orElseThrow().details().toString()).contains("stamps");
    }

    /** Breaks when a member whose round a smaller requirement filled is told that nothing is missing. */
    @Test
    void saysWhatIsMissing() {
        assertThat(Terms.taking(6).incomplete(4).details())
                .containsEntry("current_stamps", 4L)
                .containsEntry("stamps_required", 6L)
                .containsEntry("missing", 2L);
        assertThat(Terms.taking(6).incomplete(8).details()).containsEntry("missing", 1L);
    }

    private static Object reason(Optional<Problem> refusal) {
        assertThat(refusal.orElseThrow().code()).isEqualTo(Code.STAMP_CARD_UNAVAILABLE);
        return refusal.orElseThrow().details().getOrDefault("reason", "none");
    }
}
