package dev.merit.router.http;

import dev.merit.contracts.Permissions;
import dev.merit.contracts.Problem;
import dev.merit.contracts.keys.KeysRequest.Identity;
import dev.merit.router.openapi.Operation;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a key may call, by its role, its scopes and its partner's permissions. One rule for the requests that it sends
 * and for the tools that it is shown.
 */
public final class Access {
    private final Map<String, Set<String>> scopesOf = new HashMap<>();

    public Access(List<Operation> operations) {
        for (Operation operation : operations) {
            scopesOf.put(operation.id(), opening(operation));
        }
    }

    /** Which operations a key may call. */
    public Predicate<Operation> of(Identity identity) {
        return operation -> refusal(operation, identity) == null;
    }

    /** Why the caller may not; null when it may. */
    @Nullable
    Problem refusal(Operation operation, Identity caller) {
        if (operation.role() != null && operation.role() != caller.role()) {
            // The gate judged the path; this judges the operation, should the two ever be read differently.
            return Problem.of(
                    Problem.Code.AUTH_ROLE_MISMATCH,
                    "This is for " + operation.role().word() + " keys.");
        }
        Set<String> scopes = scopesOf.get(operation.id());
        if (scopes != null && !operation.scopes().isEmpty() && Collections.disjoint(caller.scopes(), scopes)) {
            return new Problem(
                    Problem.Code.SCOPE_INSUFFICIENT,
                    "This key does not hold a scope that opens this operation.",
                    Map.of("required", operation.scopes()));
        }
        Permissions permissions = caller.permissions();
        String permission = operation.permission();
        if (permission != null && permissions != null && !allows(permissions, permission)) {
            return new Problem(
                    Problem.Code.FEATURE_DISABLED,
                    "This partner may not use " + permission.replace('_', ' ') + ".",
                    Map.of("permission", permission));
        }
        return null;
    }

    private static boolean allows(Permissions permissions, String name) {
        return switch (name) {
            case "loyalty_cards" -> permissions.loyaltyCards();
            case "stamp_cards" -> permissions.stampCards();
            case "vouchers" -> permissions.vouchers();
            default -> throw new IllegalStateException("no such permission: " + name);
        };
    }

    /** Any scope of the document, {@code read} for all that only reads, {@code admin} for everything of the role. */
    private static Set<String> opening(Operation operation) {
        var scopes = new HashSet<>(operation.scopes());
        scopes.add("admin");
        if (operation.reads()) {
            scopes.add("read");
        }
        return scopes;
    }
}
