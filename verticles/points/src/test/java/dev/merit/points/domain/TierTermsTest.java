package dev.merit.points.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.Checked;
import dev.merit.contracts.ClubId;
import dev.merit.contracts.points.PointsRequest.TierFields;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierTermsTest {

    /** Breaks when a multiplier is compared by its digits: 1.50 and 1.5 are one number. */
    @ParameterizedTest
    @CsvSource({"1.50, 1.5", "10, 10", "100.0000000, 100", "0, 0", "1.2345, 1.2345", "0.00010, 0.0001"})
    void writesAMultiplierInItsShortestForm(String given, String kept) {
        assertThat(TierTerms.of(tier(0, given, 0)).orThrow().multiplier().toPlainString())
                .isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({"-0.1", "100.0001", "1.00001", "1e400"})
    void refusesAMultiplierThatIsTooLargeTooSmallOrTooFine(String given) {
        assertThat(TierTerms.of(tier(0, given, 0))).isInstanceOf(Checked.Refused.class);
    }

    @Test
    void tellsAllBadFieldsAtOnce() {
        assertThat(TierTerms.of(tier(-1, "101", 21)))
                .isInstanceOfSatisfying(Checked.Refused.class, refused -> assertThat(
                                refused.problem().details().toString())
                        .contains("points_threshold", "multiplier", "benefits"));
        assertThat(TierTerms.of(tier(0, "100", 20))).isInstanceOf(Checked.Valid.class);
    }

    private static TierFields tier(long threshold, String multiplier, int benefits) {
        return new TierFields(
                new ClubId(new UUID(1, 1)),
                "Gold",
                null,
                null,
                threshold,
                new BigDecimal(multiplier),
                null,
                null,
                List.copyOf(Collections.nCopies(benefits, "Tea")),
                true);
    }
}
