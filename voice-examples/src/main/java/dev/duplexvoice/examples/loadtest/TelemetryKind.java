package dev.duplexvoice.examples.loadtest;

import java.util.Locale;

/** What a process under load tells its operator. */
public enum TelemetryKind {
    /** Nothing: the engine has no telemetry but the load test's own. */
    NONE,
    /** Metrics at a Prometheus registry, scraped every 15 s, and the last errors. */
    METRICS,
    /** Metrics, traces that are sent over OTLP/gRPC, a log of JSON lines in files, and what warns of slow answers and much memory. */
    ALL;

    /** As it is written: {@code metrics}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
