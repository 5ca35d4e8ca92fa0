package dev.merit.discovery.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.UniqueIdentifier;
import dev.merit.discovery.domain.Pointer.ToAnything;
import dev.merit.discovery.domain.Pointer.ToNumber;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {
    private static final String ID = "019cc3a5-51cb-7315-97e1-69147399f94d";

    @Test
    void readsAnId() {
        assertThat(Identifiers.parse(ID)).hasValue(new ToAnything(UUID.fromString(ID)));
        assertThat(Identifiers.parse(ID.toUpperCase(Locale.ROOT))).hasValue(new ToAnything(UUID.fromString(ID)));
    }

    @Test
    void readsANumberWithHyphensAndWithout() {
        String number = UniqueIdentifier.of(34_431_966_597L);

        assertThat(Identifiers.parse(number)).hasValue(new ToNumber(number));
        assertThat(Identifiers.parse(number.replace("-", ""))).hasValue(new ToNumber(number));
    }

    // Breaks when a mistyped digit leads to somebody else's card.
    @Test
    void refusesANumberWithAWrongDigit() {
        String number = UniqueIdentifier.of(34_431_966_597L);
        for (int at = 0; at < number.length(); at++) {
            char digit = number.charAt(at);
            if (digit != '-') {
                char wrong = digit == '9' ? '0' : (char) (digit + 1);
                assertThat(Identifiers.parse(number.substring(0, at) + wrong + number.substring(at + 1)))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nothing",
                "344",
                "344-319-665",
                "3-4-4-319665971",
                "344319-665-971",
                "344-319-665-971 ",
                "٣٤٤-٣١٩-٦٦٥-٩٧١",
                "019cc3a5",
                "{019cc3a5-51cb-7315-97e1-69147399f94d}",
                "https://example.com/card/019cc3a5-51cb-7315-97e1-69147399f94d"
            })
    void refusesEverythingElse(String text) {
        assertThat(Identifiers.parse(text)).isEmpty();
    }
}
