package dev.merit.keys.domain;

import dev.merit.contracts.Role;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which scopes and presets a role has, and what one scope gives beside itself. */
public final class Scopes {
    /** Everything that the role can do. */
    public static final String ADMIN = "admin";

    private static final Map<Role, List<String>> OF_ROLE = Map.of(
            Role.PARTNER,
            List.of(
                    "read",
                    "write:clubs",
                    "write:cards",
                    "write:rewards",
                    "write:transactions",
                    "write:stamps",
                    "write:vouchers",
                    "write:tiers",
                    "write:staff",
                    "use:rewards",
                    "use:stamps",
                    "use:vouchers",
                    "write:keys",
                    ADMIN),
            Role.MEMBER,
            List.of("read", "write:redeem", "write:profile"),
            Role.ADMIN,
            List.of("read", "write:partners", "write:members", "write:keys", ADMIN));

    private static final Map<Role, Map<String, List<String>>> PRESETS = Map.of(
            Role.PARTNER,
            Map.of(
                    "view_only",
                    List.of("read"),
                    "pos",
                    List.of("read", "write:rewards", "write:transactions"),
                    "till",
                    List.of("read", "write:transactions", "use:rewards", "use:stamps", "use:vouchers"),
                    "full_management",
                    List.of(
                            "read",
                            "write:clubs",
                            "write:cards",
                            "write:rewards",
                            "write:transactions",
                            "write:stamps",
                            "write:vouchers",
                            "write:tiers",
                            "write:staff"),
                    "full",
                    List.of(ADMIN)),
            Role.MEMBER,
            Map.of("view_only", List.of("read"), "full_access", List.of("read", "write:redeem", "write:profile")),
            Role.ADMIN,
            Map.of("view_only", List.of("read"), "full", List.of(ADMIN)));

    private Scopes() {}

    /** Every scope of a role, in the order in which keys show them. */
    public static List<String> of(Role role) {
        return OF_ROLE.getOrDefault(role, List.of());
    }

    /** What a preset stands for. */
    public static Optional<List<String>> preset(Role role, String name) {
        return Optional.ofNullable(PRESETS.getOrDefault(role, Map.of()).get(name));
    }

    /** The scopes that whoever holds {@code held} may not pass on. */
    public static List<String> beyond(Collection<String> held, List<String> asked) {
        if (held.contains(ADMIN)) {
            return List.of();
        }
        return asked.stream().filter(scope -> !held.contains(scope)).toList();
    }
}
