package dev.duplexvoice.micrometer.operator;

import dev.duplexvoice.micrometer.MetricsSnapshot;
import dev.duplexvoice.micrometer.ServiceLevels;
import dev.duplexvoice.micrometer.VoiceMetric;
import dev.duplexvoice.micrometer.operator.RecentErrors.ErrorRecord;
import java.io.IOException;
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
        return path.equals("/health") || path.equals("/api/v1/health");
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
            case "/health", "/api/v1/health" -> health(details);
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

    private Page health(boolean details) {
        Map<String, Finding> findings = findings();
        String status = "healthy";
        if (findings.values().stream().anyMatch(finding -> !finding.ok() && finding.needed())) {
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
        more.put("checks", checks);
        more.put("system_info", system());
        return Page.json(code, about(more));
    }

    private Map<String, Finding> findings() {
        try {
            return health.check().toCompletableFuture().join();
        } catch (CompletionException e) {
            return Map.of("checks", new Finding(false, true, String.valueOf(e.getCause())));
        } catch (RuntimeException e) {
            return Map.of("checks", new Finding(false, true, e.toString()));
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
        return figures(of == null ? new MetricsSnapshot.Figures(0, 0, 0, 0, 0) : of, "_ms");
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
        shown.put("rss_mb", rounded(known(memory.resident()) / MEGA));
        shown.put("vms_mb", rounded(known(memory.virtual()) / MEGA));
        shown.put("percent", rounded(100 * known(memory.resident()) / known(memory.available())));
        shown.put("heap_percent", rounded(100.0 * memory.heapUsed() / known(memory.heapMax())));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cpu_percent", rounded(100 * process.gauge("process.cpu.usage")));
        fields.put("memory", shown);
        fields.put("disk", disk());
        return fields;
    }

    /** NaN where the system does not tell. */
    private static double known(long bytes) {
        return bytes < 0 ? Double.NaN : bytes;
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
