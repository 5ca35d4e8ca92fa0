package dev.merit.platform;

import dev.merit.contracts.Limits;
import dev.merit.contracts.Origin;
import dev.merit.contracts.Problem;
import dev.merit.contracts.Problem.Code;
import java.util.Arrays;
import java.util.Map;

/** Checks that every resource makes before it is changed. */
public final class Preconditions {
    private Preconditions() {}

    /**
     * The resource as it is, if {@code If-Match} names it; PRECONDITION_FAILED otherwise. Call it under the row's
     * lock.
     */
    public static <R extends Record> R matched(Origin origin, R current) {
        String wanted = origin.ifMatch();
        if (wanted == null || wanted.strip().equals("*")) {
            return current;
        }
        String etag = Json.etag(current);
        if (Arrays.stream(wanted.split(",")).map(String::strip).noneMatch(etag::equals)) {
            throw Problem.of(Code.PRECONDITION_FAILED, "The resource was changed since you read it.")
                    .asException();
        }
        return current;
    }

    /** The number of existing rows, if there is room for one more beside them; LIMIT_REACHED otherwise. */
    public static long roomFor(String resource, int limit, long existing) {
        if (!Limits.allows(limit, existing)) {
            throw new Problem(
                            Code.LIMIT_REACHED,
                            "There can be no more than " + limit + " " + resource + ".",
                            Map.of("limit", limit))
                    .asException();
        }
        return existing;
    }
}
