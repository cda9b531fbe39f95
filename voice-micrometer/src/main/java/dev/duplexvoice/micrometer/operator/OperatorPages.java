package dev.duplexvoice.micrometer.operator;

import dev.duplexvoice.micrometer.MetricsSnapshot;
import dev.duplexvoice.micrometer.ServiceLevels;
import dev.duplexvoice.micrometer.VoiceMetric;
import dev.duplexvoice.micrometer.operator.RecentErrors.Count;
import dev.duplexvoice.micrometer.operator.RecentErrors.ErrorRecord;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can ask a process, whatever server it is served by: {@code /metrics} for Prometheus, all else JSON. Thread-safe;
 * {@code /health} waits for the checks.
 */
public final class OperatorPages {
    /** The pages there are. */
    public static final List<String> PATHS = List.of(
            "/metrics",
            "/health",
            "/readiness",
            "/liveness",
            "/api/v1/health",
            "/api/v1/metrics",
            "/api/v1/memory",
            "/api/v1/errors/recent",
            "/api/v1/errors/summary");

    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    private final ObservedProcess process;
    private final HealthSource health;

    OperatorPages(ObservedProcess process, HealthSource health) {
        this.process = process;
        this.health = health;
    }

    /** Whether a page is for those, too, who cannot show a token, such as load balancers. */
    static boolean isHealth(String path) {
        return path.equals("/health")
                || path.equals("/api/v1/health")
                || path.equals("/readiness")
                || path.equals("/liveness");
    }

    /**
     * A page; one with the status 404 if there is none.
     *
     * @param path {@code /api/v1/metrics}
     * @param details false for somebody who has shown no token: {@code /health} then only tells the status
     */
    public Page get(String path, boolean details) {
        return switch (path) {
            case "/metrics" -> new Page(200, "text/plain; version=0.0.4; charset=utf-8", process.scrape());
            case "/health" -> health(details, false);
            case "/api/v1/health" -> health(details, true);
            case "/readiness" -> readiness(details);
            case "/liveness" -> liveness(details);
            case "/api/v1/metrics" -> Page.json(200, metrics());
            case "/api/v1/memory" ->
                Page.json(200, about(Map.of("memory", MemoryFigures.read().json())));
            case "/api/v1/errors/recent" -> Page.json(200, about(Map.of("errors", recentErrors())));
            case "/api/v1/errors/summary" -> Page.json(200, about(errorSummary()));
            default -> Page.error(404, path + ": there is no such page; use one of " + String.join(", ", PATHS));
        };
    }

    /** What every page begins with. */
    private Map<String, Object> about(Map<String, ?> more) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("timestamp", Instant.now().toString());
        fields.put("worker", process.worker());
        fields.put("version", process.version());
        fields.put("uptime_seconds", rounded(process.uptimeSeconds()));
        fields.putAll(more);
        return fields;
    }

    // ------------------------------------------------------------------------------------------ health

    private Page health(boolean details, boolean older) {
        Map<String, Finding> findings = findings();
        String status = "healthy";
        if (isBroken(findings)) {
            status = "unhealthy";
        } else if (health.isDraining()) {
            status = "draining";
        } else if (findings.values().stream().anyMatch(finding -> !finding.ok())) {
            status = "degraded";
        }
        int code = status.equals("healthy") || status.equals("degraded") ? 200 : 503;
        if (!details) {
            return Page.json(code, Map.of("status", status));
        }
        Map<String, Object> checks = new LinkedHashMap<>();
        findings.forEach((name, finding) -> {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("ok", finding.ok());
            fields.put("needed", finding.needed());
            fields.put("error", finding.error());
            checks.put(name, fields);
        });
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("status", status);
        Finding redis = findings.get("redis");
        more.put("redis", redis == null ? null : redis.ok());
        more.put("checks", checks);
        more.put("system_info", system());
        if (older) {
            more.put("models_loaded", health.models());
            more.put("metrics", requests());
        }
        return Page.json(code, about(more));
    }

    private static boolean isBroken(Map<String, Finding> findings) {
        return findings.values().stream().anyMatch(finding -> !finding.ok() && finding.needed());
    }

    /** Whether somebody new would be served. */
    private Page readiness(boolean details) {
        Map<String, Finding> findings = findings();
        boolean ready = !isBroken(findings) && !health.isDraining();
        String status = ready ? "ready" : health.isDraining() ? "draining" : "not_ready";
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", status);
        if (details) {
            List<String> missing = new ArrayList<>();
            findings.forEach((name, finding) -> {
                if (!finding.ok() && finding.needed()) {
                    missing.add(name);
                }
            });
            fields.put("missing", missing);
        }
        return Page.json(ready ? 200 : 503, details ? about(fields) : fields);
    }

    /** Whether a restart would help: of what this process needs from others it asks nothing. */
    private Page liveness(boolean details) {
        long[] stuck = ManagementFactory.getThreadMXBean().findDeadlockedThreads();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("status", stuck == null ? "alive" : "deadlocked");
        return Page.json(stuck == null ? 200 : 503, details ? about(fields) : fields);
    }

    /** Texts that were spoken, as monitoring scripts know it from elsewhere. */
    private Map<String, Object> requests() {
        MetricsSnapshot now = process.metrics().snapshot();
        double total = now.totals().getOrDefault(VoiceMetric.WORKER_SYNTHESIS_REQUESTS.metricName(), 0.0);
        Count failed = process.errors().counts().get("synthesis");
        double errors = failed == null ? 0 : Math.min(failed.total(), total);
        MetricsSnapshot.Figures times = now.latencies().get(VoiceMetric.WORKER_SYNTHESIS_DURATION_MS.metricName());
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("requests_total", (long) total);
        fields.put("requests_success", (long) (total - errors));
        fields.put("requests_error", (long) errors);
        fields.put("success_rate", rounded(total == 0 ? Double.NaN : (total - errors) / total));
        fields.put("average_processing_time", rounded(times == null || times.count() == 0 ? Double.NaN : times.mean()));
        return fields;
    }

    private Map<String, Finding> findings() {
        try {
            return health.check().toCompletableFuture().join();
        } catch (CompletionException e) {
            return Map.of("checks", new Finding(false, true, String.valueOf(e.getCause())));
        }
    }

    // ------------------------------------------------------------------------------------------ metrics

    private Map<String, Object> metrics() {
        MetricsSnapshot now = process.metrics().snapshot();
        Map<String, Object> performance = new LinkedHashMap<>();
        performance.put("time_window_minutes", now.window().toSeconds() / 60.0);
        performance.put("processing_times", times(now, VoiceMetric.WORKER_SYNTHESIS_DURATION_MS));
        performance.put("response_times", times(now, VoiceMetric.RESPONSE_LATENCY_MS));
        Map<String, Object> latencies = new LinkedHashMap<>();
        now.latencies().forEach((name, of) -> latencies.put(name, figures(of, "")));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("system", system());
        fields.put("performance", performance);
        fields.put("window_seconds", now.window().toSeconds());
        fields.put("latencies", latencies);
        fields.put("totals", now.totals());
        fields.put("gauges", now.gauges());
        List<Object> levels = new ArrayList<>();
        process.metrics().serviceLevels().levels().forEach(level -> levels.add(level(level)));
        fields.put("service_levels", levels);
        return about(fields);
    }

    private static Map<String, Object> times(MetricsSnapshot now, VoiceMetric metric) {
        MetricsSnapshot.Figures of = now.latencies().get(metric.metricName());
        return figures(of == null ? new MetricsSnapshot.Figures(0, 0, 0, 0, 0, 0, 0) : of, "_ms");
    }

    private static Map<String, Object> figures(MetricsSnapshot.Figures of, String unit) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("count", of.count());
        // Of nothing there is no percentile.
        double none = of.count() == 0 ? Double.NaN : 0;
        fields.put("p50" + unit, rounded(of.p50() + none));
        fields.put("p95" + unit, rounded(of.p95() + none));
        fields.put("p99" + unit, rounded(of.p99() + none));
        fields.put("max" + unit, rounded(of.max() + none));
        fields.put("min" + unit, rounded(of.min() + none));
        fields.put("avg" + unit, rounded(of.mean() + none));
        return fields;
    }

    private static Map<String, Object> level(ServiceLevels.Level level) {
        double none = level.total() == 0 ? Double.NaN : 0;
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("objective", level.objective().label());
        fields.put("threshold", level.threshold());
        fields.put("target", level.target());
        fields.put("total", level.total());
        fields.put("actual", rounded(level.actual() + none));
        fields.put("met", level.total() == 0 ? null : level.isMet());
        fields.put("budget_left", rounded(level.budgetLeft() + none));
        Map<String, Object> burn = new LinkedHashMap<>();
        level.burnRates().forEach((window, rate) -> burn.put(shortly(window), rounded(rate + none)));
        fields.put("burn_rates", burn);
        return fields;
    }

    /** {@code 5m}, {@code 6h}, {@code 3d}. */
    private static String shortly(Duration window) {
        if (window.toDays() > 0) {
            return window.toDays() + "d";
        }
        return window.toHours() > 0 ? window.toHours() + "h" : window.toMinutes() + "m";
    }

    private static double rounded(double value) {
        return Double.isFinite(value) ? Math.round(value * MEGA) / MEGA : value;
    }

    /** As monitoring scripts know it from elsewhere: megabytes and percent. */
    private Map<String, Object> system() {
        MemoryFigures memory = MemoryFigures.read();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("rss_mb", rounded(memory.resident() / MEGA));
        shown.put("vms_mb", rounded(memory.virtual() / MEGA));
        shown.put("percent", rounded(100.0 * memory.resident() / memory.available()));
        shown.put("heap_percent", rounded(100.0 * memory.heapUsed() / memory.heapMax()));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cpu_percent", rounded(100 * process.gauge("process.cpu.usage")));
        fields.put("memory", shown);
        fields.put("disk", disk());
        return fields;
    }

    private @Nullable Map<String, Object> disk() {
        try {
            FileStore disk = Files.getFileStore(process.folder());
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("free_gb", rounded(disk.getUsableSpace() / GIGA));
            fields.put("usage_percent", rounded(100 - 100.0 * disk.getUsableSpace() / disk.getTotalSpace()));
            return fields;
        } catch (IOException e) {
            return null;
        }
    }

    // ------------------------------------------------------------------------------------------ errors

    private List<Object> recentErrors() {
        List<Object> errors = new ArrayList<>();
        for (ErrorRecord error : process.errors().last(RecentErrors.KEPT)) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("timestamp", error.at().toString());
            fields.put("error_type", error.errorType());
            fields.put("error_message", error.message());
            fields.put("session_id", error.sessionId());
            fields.put("turn_id", error.turnId());
            fields.put("model_id", error.modelId());
            errors.add(fields);
        }
        return errors;
    }

    private Map<String, Object> errorSummary() {
        Map<String, Object> types = new LinkedHashMap<>();
        long[] all = new long[3];
        process.errors().counts().forEach((type, count) -> {
            types.put(type, counts(count.last5Minutes(), count.lastHour(), count.total()));
            all[0] += count.last5Minutes();
            all[1] += count.lastHour();
            all[2] += count.total();
        });
        Map<String, Object> fields = counts(all[0], all[1], all[2]);
        fields.put("by_type", types);
        return fields;
    }

    private static Map<String, Object> counts(long last5Minutes, long lastHour, long total) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("last_5m", last5Minutes);
        fields.put("last_1h", lastHour);
        fields.put("total", total);
        return fields;
    }
}
