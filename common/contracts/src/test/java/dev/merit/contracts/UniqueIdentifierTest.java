package dev.merit.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UniqueIdentifierTest {

    // A known number after Luhn: another weighting or another end to begin from would give another last digit.
    @Test
    void addsTheLuhnDigitAndGroupsByThree() {
        assertThat(UniqueIdentifier.of(45_492_518_408L)).isEqualTo("454-925-184-086");
        assertThat(UniqueIdentifier.of(0)).isEqualTo("000-000-000-000");
        assertThat(UniqueIdentifier.of(99_999_999_999L)).hasSize(15);
    }

    @Test
    void readsWithAndWithoutHyphens() {
        assertThat(UniqueIdentifier.parse("454925184086")).contains("454-925-184-086");
        assertThat(UniqueIdentifier.parse("454-925-184-086")).contains("454-925-184-086");
        assertThat(UniqueIdentifier.parse("454-925-184-08")).isEmpty();
        assertThat(UniqueIdentifier.parse("4549251840865")).isEmpty();
        assertThat(UniqueIdentifier.parse("٤54925184086")).isEmpty();
    }

    @Test
    void noticesEverySlipOfOneDigit() {
        String right = "454925184086";
        for (int i = 0; i < right.length(); i++) {
            for (char digit = '0'; digit <= '9'; digit++) {
                if (digit != right.charAt(i)) {
                    String wrong = right.substring(0, i) + digit + right.substring(i + 1);
                    assertThat(UniqueIdentifier.parse(wrong)).as(wrong).isEmpty();
                }
            }
        }
    }

    @Test
    void refusesMoreThanElevenDigits() {
        assertThatThrownBy(() -> UniqueIdentifier.of(100_000_000_000L)).isInstanceOf(IllegalArgumentException.class);
    }
}
