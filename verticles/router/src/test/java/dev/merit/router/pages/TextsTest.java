package dev.merit.router.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TextsTest {

    // Breaks when a language lacks a text, has one that nobody uses, or a pattern that cannot be filled.
    @Test
    void saysEverythingInEveryLanguage() {
        Properties english = file("");
        for (String language : Texts.LANGUAGES) {
            Properties texts = language.equals("en") ? english : file("_" + language);
            assertThat(texts.keySet()).isEqualTo(english.keySet());
            for (String key : english.stringPropertyNames()) {
                var pattern = new MessageFormat(texts.getProperty(key), Locale.of(language));
                assertThat(pattern.getFormatsByArgumentIndex())
                        .as(language + " " + key)
                        .hasSameSizeAs(new MessageFormat(english.getProperty(key), Locale.ENGLISH)
                                .getFormatsByArgumentIndex());
            }
        }
    }

    @Test
    void speaksTheLanguageOfTheLocaleOrElseEnglish() {
        assertThat(Texts.of("de").lang()).isEqualTo("de");
        assertThat(Texts.of("DE-at").lang()).isEqualTo("de");
        assertThat(Texts.of(null).lang()).isEqualTo("en");
        assertThat(Texts.of("fr-fr").lang()).isEqualTo("en");
        assertThat(Texts.of("fr-fr").get("list.cards")).isEqualTo("Loyalty cards");
    }

    @Test
    void countsAsPeopleDo() {
        Texts english = Texts.of("en");
        Texts german = Texts.of("de");

        assertThat(english.get("card.earn", 1L, "$1.00")).isEqualTo("1 point for every $1.00 you spend.");
        assertThat(english.get("card.earn", 2_500L, "$1.00")).isEqualTo("2,500 points for every $1.00 you spend.");
        assertThat(german.get("card.earn", 2_500L, "1,00 €")).isEqualTo("2.500 Punkte für je 1,00 € Einkaufswert.");
    }

    @Test
    void writesAmountsExactly() {
        Texts texts = Texts.of("en");

        assertThat(texts.amount(new BigDecimal("24.5"), "USD")).isEqualTo("$24.50");
        assertThat(texts.amount(new BigDecimal("0.125"), "USD")).isEqualTo("$0.125");
        assertThat(texts.minorAmount(new BigDecimal("2450"), "USD")).isEqualTo("$24.50");
        assertThat(texts.minorAmount(new BigDecimal("2450"), "JPY")).isEqualTo("¥2,450");
        assertThat(texts.moment(Instant.parse("2026-12-31T23:59:59Z")))
                .contains("December 31, 2026")
                .endsWith("UTC");
    }

    private static Properties file(String suffix) {
        var texts = new Properties();
        try (var reader = new InputStreamReader(
                Objects.requireNonNull(TextsTest.class.getResourceAsStream("texts" + suffix + ".properties")),
                StandardCharsets.UTF_8)) {
            texts.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return texts;
    }
}
