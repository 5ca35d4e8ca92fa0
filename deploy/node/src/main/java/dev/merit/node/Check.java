package dev.merit.node;

import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One thing to look at before saying "ready".
 *
 * @param required whether a node that fails it should get no requests; what is not required is only reported
 * @param look a failure, and taking too long, mean that something is wrong
 */
record Check(String name, boolean required, Supplier<Future<Finding>> look) {

    /**
     * What came of it.
     *
     * @param details shown beside it; nothing secret
     */
    record Finding(boolean ok, Map<String, Object> details) {
        static final Finding GOOD = new Finding(true, Map.of());
        static final Finding BAD = new Finding(false, Map.of());
    }
}
