package dev.merit.router.http;

import dev.merit.contracts.Role;
import org.jspecify.annotations.Nullable;

/** Where the API lies. */
final class Paths {
    static final String DOCS = "/api/agent/docs.json";

    /** The page for people; its files lie below it. */
    static final String PAGE = "/api/agent/docs";

    static final String BASE = "/api/agent/v1";

    /** What browsers may call from other origins. */
    static final String MEMBERS = BASE + "/member";

    private Paths() {}

    /** The path below the base, as the document writes it. */
    static String below(String path) {
        return path.substring(BASE.length());
    }

    /** Whose keys a path is for; null when any key will do. */
    static @Nullable Role roleOf(String path) {
        for (Role role : Role.values()) {
            String branch = BASE + "/" + role.word();
            if (path.equals(branch) || path.startsWith(branch + "/")) {
                return role;
            }
        }
        return null;
    }
}
