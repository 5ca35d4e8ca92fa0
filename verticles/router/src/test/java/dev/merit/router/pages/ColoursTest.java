package dev.merit.router.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ColoursTest {

    @Test
    void measuresContrastAsTheGuidelinesDo() {
        assertThat(Colours.contrast("#000000", "#FFFFFF")).isCloseTo(21, within(0.001));
        assertThat(Colours.contrast("#FFFFFF", "#FFFFFF")).isCloseTo(1, within(0.001));
        assertThat(Colours.contrast("#777777", "#FFFFFF")).isCloseTo(4.478, within(0.001));
        assertThat(Colours.contrast("#767676", "#ffffff")).isCloseTo(4.542, within(0.001));
    }

    @Test
    void keepsWhatCanBeRead() {
        assertThat(Colours.readable("#4B2E1E", "#FFFFFF")).isEqualTo(new Colours("#4B2E1E", "#FFFFFF"));
        assertThat(Colours.readable("#767676", "#FFFFFF")).isEqualTo(new Colours("#767676", "#FFFFFF"));
    }

    @Test
    void replacesTextThatCannotBeRead() {
        assertThat(Colours.readable("#FFFFFF", "#777777")).isEqualTo(new Colours("#FFFFFF", "#000000"));
        assertThat(Colours.readable("#000080", "#000000")).isEqualTo(new Colours("#000080", "#FFFFFF"));
        assertThat(Colours.readable("#FFFF00", null)).isEqualTo(new Colours("#FFFF00", "#000000"));
    }

    // Breaks when a pair of colours slips through that most people cannot read.
    @Test
    void canAlwaysBeRead() {
        long seed = 20_260_101;
        var chance = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            Colours pair = Colours.readable(any(chance), any(chance));

            assertThat(Colours.contrast(pair.back(), pair.text()))
                    .as("seed " + seed + " " + pair)
                    .isGreaterThanOrEqualTo(4.5);
        }
    }

    // What gets into a style sheet is a colour, whatever is stored.
    @Test
    void takesNothingThatIsNoColour() {
        for (String text :
                new String[] {"", "red", "#FFF", "#12345G", "#123456;}", "#123456\n", "url(//evil.example)"}) {
            Colours pair = Colours.readable(text, text);

            assertThat(pair).isEqualTo(Colours.readable(null, null));
        }
    }

    private static String any(Random chance) {
        return String.format("#%06X", chance.nextInt(1 << 24));
    }
}
