package dev.merit.keys.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.FieldErrors;
import dev.merit.contracts.Role;
import dev.merit.contracts.keys.KeysRequest.KeyFields;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a key may do and for how long.
 *
 * @param rateLimit requests a minute; null leaves it to the role's default
 * @param expiresAt null never
 */
public record KeyGrant(
        String name,
        List<String> scopes,
        @Nullable Integer rateLimit,
        @Nullable Instant expiresAt) {
    /** How long a member's key lives when nothing else is said. */
    public static final Duration MEMBER_KEY_LIFE = Duration.ofDays(90);

    private static final int NAME_MAX = 255;
    private static final int UNLIMITED = -1;

    /**
     * What a key is judged by.
     *
     * @param ceiling the most requests a minute that a key of this role may be given; -1 is no limit
     */
    public record Rules(Role role, int ceiling, Instant now) {}

    public KeyGrant {
        scopes = List.copyOf(scopes);
    }

    /** Reads the wish for a key, or tells every bad field. */
    public static Checked<KeyGrant> of(KeyFields wish, Rules rules) {
        var errors = new FieldErrors();
        String name = wish.name().strip();
        errors.require(!name.isEmpty(), "name", "must not be empty");
        errors.require(name.codePointCount(0, name.length()) <= NAME_MAX, "name", "must have at most 255 characters");
        List<String> scopes = scopes(wish, rules.role(), errors);
        checkRate(wish.rateLimit(), rules.ceiling(), errors);
        Instant expires = expires(wish.expiresAt(), rules);
        errors.require(expires == null || expires.isAfter(rules.now()), "expires_at", "must lie in the future");
        return errors.checked(() -> new KeyGrant(name, scopes, wish.rateLimit(), expires));
    }

    private static List<String> scopes(KeyFields wish, Role role, FieldErrors errors) {
        List<String> asked = wish.scopes();
        String preset = wish.preset();
        if ((asked == null) == (preset == null)) {
            errors.add("scopes", "give either scopes or a preset");
            return List.of();
        }
        if (preset != null) {
            var meant = Scopes.preset(role, preset);
            errors.require(meant.isPresent(), "preset", "is not a preset of this role");
            return meant.orElse(List.of());
        }
        List<String> known = Scopes.of(role);
        errors.require(asked != null && !asked.isEmpty(), "scopes", "must name at least one scope");
        for (String scope : asked == null ? List.<String>of() : asked) {
            errors.require(known.contains(scope), "scopes", "has no scope of this role: " + shortened(scope));
        }
        return known.stream()
                .filter(scope -> asked != null && asked.contains(scope))
                .toList();
    }

    private static void checkRate(@Nullable Integer rate, int ceiling, FieldErrors errors) {
        if (rate == null) {
            return;
        }
        errors.require(rate >= 1, "rate_limit", "must be at least 1");
        errors.require(ceiling == UNLIMITED || rate <= ceiling, "rate_limit", "must be at most " + ceiling);
    }

    private static @Nullable Instant expires(@Nullable Instant wished, Rules rules) {
        if (wished == null) {
            return rules.role() == Role.MEMBER
                    ? rules.now().plus(MEMBER_KEY_LIFE).truncatedTo(ChronoUnit.SECONDS)
                    : null;
        }
        return wished;
    }

    /** An answer repeats what was sent, but not without end. */
    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }
}
