package dev.merit.node;

import dev.merit.node.Check.Finding;
import dev.merit.platform.pg.PgProblems;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that is looked at before a node says "ready". What was found last is a metric, too. */
final class Checks {
    private static final Logger LOGGER = LoggerFactory.getLogger(Checks.class);
    private static final int LIMIT_MILLIS = 1_000;

    private final List<Check> checks;
    private final List<AtomicInteger> states;

    Checks(MeterRegistry meters, List<Check> checks) {
        this.checks = List.copyOf(checks);
        this.states = checks.stream().map(check -> gauge(meters, check)).toList();
    }

    private static AtomicInteger gauge(MeterRegistry meters, Check check) {
        AtomicInteger state = new AtomicInteger(1);
        Gauge.builder("merit.health", state, AtomicInteger::get)
                .description("1 when the check finds nothing wrong, else 0.")
                .tag("check", check.name())
                .register(meters);
        return state;
    }

    /**
     * What one look found.
     *
     * @param ready whether the node should get requests
     * @param shown each check with what it found
     */
    record Looked(boolean ready, JsonArray shown) {}

    /** Looks at everything at once; never fails. */
    Future<Looked> look() {
        return Future.all(checks.stream().map(Checks::run).toList()).map(all -> looked(all.list()));
    }

    private static Future<Finding> run(Check check) {
        Future<Finding> looked;
        try {
            looked = check.look().get();
        } catch (RuntimeException e) {
            looked = Future.failedFuture(e);
        }
        return looked.timeout(LIMIT_MILLIS, TimeUnit.MILLISECONDS).recover(failure -> {
            LOGGER.atWarn()
                    .addKeyValue("check", check.name())
                    .addKeyValue("cause", PgProblems.describe(failure))
                    .log("check_failed");
            return Future.succeededFuture(Finding.BAD);
        });
    }

    private Looked looked(List<Finding> findings) {
        boolean ready = true;
        JsonArray shown = new JsonArray();
        for (int i = 0; i < checks.size(); i++) {
            Check check = checks.get(i);
            Finding finding = findings.get(i);
            states.get(i).set(finding.ok() ? 1 : 0);
            JsonObject each = new JsonObject().put("name", check.name()).put("ok", finding.ok());
            if (!check.required()) {
                each.put("required", false);
            }
            finding.details().forEach(each::put);
            shown.add(each);
            ready &= finding.ok() || !check.required();
        }
        return new Looked(ready, shown);
    }
}
