package dev.merit.router.pages;

import dev.merit.contracts.discovery.DiscoveryRequest.Kind;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a public page: {@code /}, {@code /de/}, {@code /card/{id}}, {@code /de/card/{id}}.
 *
 * @param locale as it stands in the path; null when it does not
 * @param word what kind of thing it is, as the path says it; null for the list
 * @param id the thing; null for the list
 * @param isSlashed whether a slash ends it
 */
record PageAddress(
        @Nullable String locale,
        @Nullable String word,
        @Nullable UUID id,
        boolean isSlashed) {
    private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());
    private static final String LOCALE = "[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}";
    private static final Pattern LIST = Pattern.compile("/(?:(" + LOCALE + ")(/?))?");
    private static final Pattern THING = Pattern.compile("/(?:(" + LOCALE + ")/)?(card|follow|stamp-card|voucher)/("
            + "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})(/?)");

    /** Empty when there is no page of this form. */
    static Optional<PageAddress> parse(String path) {
        Matcher thing = THING.matcher(path);
        if (thing.matches()) {
            return Optional.of(new PageAddress(
                    thing.group(1),
                    thing.group(2),
                    UUID.fromString(thing.group(3)),
                    !thing.group(4).isEmpty()));
        }
        Matcher list = LIST.matcher(path);
        return list.matches() && isLanguage(list.group(1))
                ? Optional.of(new PageAddress(list.group(1), null, null, list.group(1) == null || path.endsWith("/")))
                : Optional.empty();
    }

    /** Only what begins with a language is one of our lists; any other short word is no page. */
    private static boolean isLanguage(@Nullable String locale) {
        return locale == null || LANGUAGES.contains(locale.split("[-_]", 2)[0].toLowerCase(Locale.ROOT));
    }

    /** What the word in the path means. */
    Kind kind() {
        if (word == null) {
            throw new IllegalStateException("this is the list");
        }
        return switch (word) {
            case "card", "follow" -> Kind.LOYALTY_CARD;
            case "stamp-card" -> Kind.STAMP_CARD;
            case "voucher" -> Kind.VOUCHER;
            default -> throw new IllegalStateException("no page is called " + word);
        };
    }

    /** The same address written in the one way that a code holds. */
    String canonical() {
        String prefix = locale == null ? "/" : "/" + locale.toLowerCase(Locale.ROOT) + "/";
        return id == null ? prefix : prefix + word + "/" + id;
    }

    /** From this page to the list, whatever a proxy puts before the path. */
    String toList() {
        if (id == null) {
            return "./";
        }
        return isSlashed ? "../../" : "../";
    }
}
