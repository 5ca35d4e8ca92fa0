package dev.merit.router.routes;

import dev.merit.router.http.Endpoint;
import java.util.Map;

/** The endpoints of one resource. */
interface Routes {
    /** The document's operationId → what answers it. */
    Map<String, Endpoint> endpoints();
}
