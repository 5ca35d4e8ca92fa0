package dev.merit.router.openapi;

import dev.merit.contracts.Role;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One operation of the document.
 *
 * @param id domain and request: {@code points.purchase}
 * @param method upper case
 * @param path below the base path, with its parameters in braces
 * @param role whose keys may call it; null for any
 * @param scopes any of them opens it; empty when none is needed
 * @param permission what the partner must be allowed to use, by its JSON name
 * @param success the status of a good answer
 * @param ids path parameters that are UUIDs
 * @param query checks the query parameters
 * @param body checks the body; null when there is none
 * @param guessable whether it tells if a code or a member is there: wrong guesses are limited
 * @param open whether it is answered without a key
 */
public record Operation(
        String id,
        String method,
        String path,
        @Nullable Role role,
        List<String> scopes,
        @Nullable String permission,
        int success,
        Set<String> ids,
        QueryCheck query,
        @Nullable BodyCheck body,
        boolean guessable,
        boolean open) {

    /** Whether it only reads: the scope {@code read} opens it. */
    public boolean reads() {
        return method.equals("GET");
    }
}
