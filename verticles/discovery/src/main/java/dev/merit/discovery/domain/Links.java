package dev.merit.discovery.domain;

import dev.merit.contracts.CardId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.VoucherId;
import dev.merit.discovery.domain.Pointer.ToCard;
import dev.merit.discovery.domain.Pointer.ToStampCard;
import dev.merit.discovery.domain.Pointer.ToVoucher;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads links to public pages, such as a QR code holds. Whose host it is does not matter, since nothing is ever fetched
 * from it and no name is looked up: the path alone says what is meant. Text that is no such link is refused, and not
 * repaired.
 */
public final class Links {
    /** No link of ours comes near it. */
    public static final int LENGTH_MAX = 2_048;

    private static final int PORT_MAX = 65_535;
    private static final String LOCALE = "[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}";
    private static final String UUID_TEXT =
            "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}";

    /** As it was sent: an escaped letter or slash is no part of any link of ours. */
    private static final Pattern PATH =
            Pattern.compile("/(?:" + LOCALE + "/)?(card|follow|stamp-card|voucher)/(" + UUID_TEXT + ")/?");

    private static final Pattern HOST_AND_PORT = Pattern.compile("[^\\s:@\\[\\]]+(?::(\\d{0,5}))?");
    private static final Pattern ADDRESS_AND_PORT = Pattern.compile("\\[[0-9A-Fa-f:.]+](?::(\\d{0,5}))?");

    private Links() {}

    /** What the link points at; empty when it is no link to a page of this kind. */
    public static Optional<Pointer> parse(String text) {
        if (text.length() > LENGTH_MAX || text.chars().anyMatch(Character::isISOControl)) {
            return Optional.empty();
        }
        URI link;
        try {
            link = new URI(text);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
        if (!isOfTheWeb(link.getScheme()) || !isHost(link.getRawAuthority()) || link.getRawPath() == null) {
            return Optional.empty();
        }
        Matcher path = PATH.matcher(link.getRawPath());
        return path.matches() ? Optional.of(pointer(path.group(1), UUID.fromString(path.group(2)))) : Optional.empty();
    }

    private static boolean isOfTheWeb(@Nullable String scheme) {
        return "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme);
    }

    /** Any host, also one with letters that only an IDN has; no user in front of it, which only deceives. */
    private static boolean isHost(@Nullable String authority) {
        if (authority == null) {
            return false;
        }
        Matcher address = ADDRESS_AND_PORT.matcher(authority);
        Matcher host = address.matches() ? address : HOST_AND_PORT.matcher(authority);
        return host.matches() && isPort(host.group(1));
    }

    private static boolean isPort(@Nullable String port) {
        return port == null || port.isEmpty() || Integer.parseInt(port) <= PORT_MAX;
    }

    private static Pointer pointer(String word, UUID id) {
        return switch (word) {
            case "card", "follow" -> new ToCard(new CardId(id));
            case "stamp-card" -> new ToStampCard(new StampCardId(id));
            case "voucher" -> new ToVoucher(new VoucherId(id));
            default -> throw new IllegalStateException("no page is called " + word);
        };
    }
}
