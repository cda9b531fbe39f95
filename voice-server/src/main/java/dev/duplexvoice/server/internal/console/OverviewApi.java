package dev.duplexvoice.server.internal.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.duplexvoice.micrometer.MetricsSnapshot;
import dev.duplexvoice.micrometer.VoiceMetric;
import dev.duplexvoice.micrometer.VoiceMetrics;
import dev.duplexvoice.micrometer.operator.MemoryFigures;
import dev.duplexvoice.micrometer.operator.OperatorPages;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code GET /api/v1/overview}: how the server does, on one screen. */
final class OverviewApi {
    private final VoiceMetrics metrics;
    private final OperatorPages pages;
    private final Activity activity;

    OverviewApi(VoiceMetrics metrics, OperatorPages pages, Activity activity) {
        this.metrics = metrics;
        this.pages = pages;
        this.activity = activity;
    }

    /**
     * @param status {@code healthy}, {@code degraded}, {@code draining} or {@code unhealthy}
     * @param averageFirstAudioMs of the last hour, from a reply's first text to its first audio; null without a reply
     * @param averageResponseMs of the last hour, from the end of a caller's speech to the answer's first audio; null without one
     */
    record Overview(
            String version,
            double uptimeS,
            String status,
            long activeSessions,
            long sessionsTotal,
            long turnsLastHour,
            @Nullable Double averageFirstAudioMs,
            @Nullable Double averageResponseMs,
            Memory memory,
            Processors cpu,
            Map<String, Check> checks) {}

    /** In bytes; null where the system does not tell. */
    record Memory(
            long heapUsed,
            @Nullable Long heapMax,
            @Nullable Long rss,
            @Nullable Long available) {}

    /** Shares of all processors, 0 to 1; null where the system does not tell. */
    record Processors(@Nullable Double process, @Nullable Double system, int count) {
        static Processors read() {
            return new Processors(
                    ConsoleJson.known(ProcessorLoad.process()),
                    ConsoleJson.known(ProcessorLoad.system()),
                    Runtime.getRuntime().availableProcessors());
        }
    }

    /** Whether something that the server needs works, and if not why. */
    record Check(boolean ok, boolean needed, @Nullable String error) {}

    Overview get() {
        JsonNode health = ConsoleJson.parse(pages.get("/api/v1/health", true).body());
        Map<String, Check> checks = new LinkedHashMap<>();
        health.path("checks").properties().forEach(entry -> {
            JsonNode check = entry.getValue();
            checks.put(
                    entry.getKey(),
                    new Check(
                            check.path("ok").asBoolean(),
                            check.path("needed").asBoolean(),
                            check.path("error").isTextual()
                                    ? check.path("error").asText()
                                    : null));
        });
        MetricsSnapshot now = metrics.snapshot();
        Activity.LastHour hour = activity.lastHour();
        return new Overview(
                health.path("version").asText(),
                health.path("uptime_seconds").asDouble(),
                health.path("status").asText(),
                Math.round(now.gauges().getOrDefault(VoiceMetric.SESSIONS_ACTIVE.metricName(), 0.0)),
                Math.round(now.totals().getOrDefault(VoiceMetric.SESSIONS_STARTED.metricName(), 0.0)),
                hour.turns(),
                ConsoleJson.known(hour.firstAudioMillis()),
                ConsoleJson.known(hour.responseMillis()),
                memory(),
                Processors.read(),
                checks);
    }

    static Memory memory() {
        MemoryFigures memory = MemoryFigures.read();
        return new Memory(
                memory.heapUsed(), known(memory.heapMax()), known(memory.resident()), known(memory.available()));
    }

    private static @Nullable Long known(long bytes) {
        return bytes < 0 ? null : Long.valueOf(bytes);
    }
}
