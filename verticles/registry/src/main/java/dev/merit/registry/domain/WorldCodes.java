package dev.merit.registry.domain;

import java.time.ZoneId;
import java.util.Currency;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Currencies, time zones and locales, as the world has agreed on them. */
final class WorldCodes {
    /** Those with a known number of decimals: one cannot pay with the others, such as gold. */
    private static final Set<String> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toUnmodifiableSet());

    private static final Set<String> TIME_ZONES = Set.copyOf(ZoneId.getAvailableZoneIds());
    private static final Pattern LOCALE = Pattern.compile("[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}");

    private WorldCodes() {}

    /** ISO 4217, upper case. */
    static boolean isCurrency(String code) {
        return CURRENCIES.contains(code);
    }

    /** IANA, such as Europe/Amsterdam. */
    static boolean isTimeZone(String name) {
        return TIME_ZONES.contains(name);
    }

    /** Language with or without region, such as en_US. */
    static boolean isLocale(String name) {
        return LOCALE.matcher(name).matches();
    }
}
