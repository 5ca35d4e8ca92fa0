package dev.merit.router.pages;

import java.math.BigDecimal;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * The words of pages in one language, and how it writes numbers. A language is added by a file
 * {@code texts_xx.properties} beside the others and its name in {@link #LANGUAGES}; for any other there is English, and
 * the page says so in its {@code lang}.
 */
final class Texts {
    static final List<String> LANGUAGES = List.of("en", "de");

    private static final String BUNDLE = "dev.merit.router.pages.texts";
    private static final Map<String, Texts> KNOWN = new LinkedHashMap<>();

    static {
        LANGUAGES.forEach(language -> KNOWN.put(language, new Texts(Locale.of(language))));
    }

    private final Locale language;
    private final ResourceBundle bundle;

    private Texts(Locale language) {
        this.language = language;
        this.bundle = ResourceBundle.getBundle(
                BUNDLE,
                language,
                Texts.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    /** The texts for a locale as it stands in a path. */
    static Texts of(@Nullable String locale) {
        String language = locale == null ? "" : locale.split("[-_]", 2)[0].toLowerCase(Locale.ROOT);
        return Objects.requireNonNull(KNOWN.getOrDefault(language, KNOWN.get(LANGUAGES.getFirst())));
    }

    /** The language that the words are in. */
    String lang() {
        return language.toLanguageTag();
    }

    /** A text, with its places filled in. */
    String get(String key, Object... values) {
        String pattern = bundle.getString(key);
        return values.length == 0 ? pattern : new MessageFormat(pattern, language).format(values);
    }

    String number(BigDecimal number) {
        return NumberFormat.getInstance(language).format(number);
    }

    /** An amount in major units. */
    String amount(BigDecimal amount, String currency) {
        NumberFormat format = NumberFormat.getCurrencyInstance(language);
        Currency unit = Currency.getInstance(currency);
        format.setCurrency(unit);
        int digits = Math.max(0, unit.getDefaultFractionDigits());
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(
                Math.max(digits, amount.stripTrailingZeros().scale()));
        return format.format(amount);
    }

    /** An amount in minor units. */
    String minorAmount(BigDecimal minor, String currency) {
        int digits = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
        return amount(minor.movePointLeft(digits), currency);
    }

    /** A moment, by the clock that everybody can look up. */
    String moment(Instant moment) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
                        .withLocale(language)
                        .format(moment.atOffset(ZoneOffset.UTC))
                + " UTC";
    }
}
