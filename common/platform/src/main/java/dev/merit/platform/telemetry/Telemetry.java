package dev.merit.platform.telemetry;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** The metrics of one node. */
public final class Telemetry {
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** Where everything that counts registers its meters; all names start with {@code merit.}. */
    public PrometheusMeterRegistry meters() {
        return meters;
    }

    /** All figures in Prometheus' text format. */
    public String scrape() {
        return meters.scrape();
    }
}
