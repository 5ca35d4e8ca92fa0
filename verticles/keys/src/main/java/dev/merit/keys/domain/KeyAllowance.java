package dev.merit.keys.domain;

import dev.merit.contracts.Checked;
import dev.merit.contracts.Limits;
import dev.merit.contracts.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether an owner may have one more key.
 *
 * @param limit keys that the owner may have at once; -1 is without limit
 * @param live keys that it has, neither revoked nor expired
 */
public record KeyAllowance(int limit, long live) {
    /** How many keys a member may have at once. */
    public static final int MEMBER_KEYS_MAX = 3;

    /**
     * Judges a key that is about to be made.
     *
     * @param held the scopes of the key that asks, when it makes one of its own role; null may grant everything
     */
    public Checked<KeyGrant> judge(KeyGrant grant, @Nullable List<String> held) {
        List<String> beyond = held == null ? List.of() : Scopes.beyond(held, grant.scopes());
        if (!beyond.isEmpty()) {
            return new Checked.Refused<>(new Problem(
                    Problem.Code.SCOPE_INSUFFICIENT,
                    "A key can grant no scope that it does not hold.",
                    Map.of("required", beyond)));
        }
        if (!Limits.allows(limit, live)) {
            return new Checked.Refused<>(new Problem(
                    Problem.Code.LIMIT_REACHED, "There are as many keys as allowed.", Map.of("limit", limit)));
        }
        return new Checked.Valid<>(grant);
    }
}
