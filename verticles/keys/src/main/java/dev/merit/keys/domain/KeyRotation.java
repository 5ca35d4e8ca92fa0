package dev.merit.keys.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Problem;
import dev.merit.contracts.keys.KeysRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key takes another's place.
 *
 * @param grant what the new key may do
 * @param oldExpiresAt when the old one ends
 */
public record KeyRotation(KeyGrant grant, Instant oldExpiresAt) {

    /**
     * The key that is to be replaced.
     *
     * @param replaced whether another one has taken its place already
     */
    public record Old(KeysRequest.Key key, boolean replaced, Instant now) {}

    /**
     * What is asked for, and how things stand.
     *
     * @param overlapSeconds how long the old key lives on at most
     * @param held the scopes of the key that asks
     * @param limit keys that the owner may have at once; -1 is without limit
     * @param overlapping old keys of the owner that still live beside their successors
     */
    public record Wish(long overlapSeconds, List<String> held, int limit, long overlapping) {}

    /**
     * Judges a rotation. The new key begins the life anew that the old one was made for, so it never ends before it.
     *
     * <p>The text of the new key goes to whoever asks: it must hold the scopes itself. Keys in their overlap do not
     * count against the owner's limit, so there is a limit of their own, the same number: else a key that is rotated
     * over and over would leave any number of working keys behind.
     */
    public static Checked<KeyRotation> judge(Old old, Wish wish) {
        KeysRequest.Key key = old.key();
        String reason = unusable(old);
        if (reason != null) {
            return refused(
                    Problem.Code.CONFLICT, "Only a key that is in use can be rotated.", Map.of("reason", reason));
        }
        List<String> beyond = Scopes.beyond(wish.held(), key.scopes());
        if (!beyond.isEmpty()) {
            return refused(
                    Problem.Code.SCOPE_INSUFFICIENT,
                    "A key can grant no scope that it does not hold.",
                    Map.of("required", beyond));
        }
        if (wish.overlapSeconds() > 0 && !Limits.allows(wish.limit(), wish.overlapping())) {
            return refused(
                    Problem.Code.LIMIT_REACHED,
                    "Too many rotated keys still live. Revoke one, or rotate without an overlap.",
                    Map.of("limit", wish.limit()));
        }
        var grant = new KeyGrant(key.name(), key.scopes(), key.rateLimit(), anew(key, old.now()));
        return new Checked.Valid<>(new KeyRotation(grant, endOf(key, old.now().plusSeconds(wish.overlapSeconds()))));
    }

    private static @Nullable String unusable(Old old) {
        Instant expiresAt = old.key().expiresAt();
        if (old.key().revokedAt() != null) {
            return "revoked";
        }
        if (expiresAt != null && !expiresAt.isAfter(old.now())) {
            return "expired";
        }
        return old.replaced() ? "rotated" : null;
    }

    private static @Nullable Instant anew(KeysRequest.Key key, Instant now) {
        return key.expiresAt() == null ? null : now.plus(Duration.between(key.createdAt(), key.expiresAt()));
    }

    private static Instant endOf(KeysRequest.Key key, Instant overlapEnds) {
        Instant expiresAt = key.expiresAt();
        return expiresAt != null && expiresAt.isBefore(overlapEnds) ? expiresAt : overlapEnds;
    }

    private static Checked<KeyRotation> refused(Problem.Code code, String message, Map<String, Object> details) {
        return new Checked.Refused<>(new Problem(code, message, details));
    }
}
