package dev.duplexvoice.examples.loadtest;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A comparison of runs with and without telemetry, as fields for JSON and as text. */
public final class CostReport {
    private CostReport() {}

    /** The title of {@link #row}. */
    public static String rowTitle() {
        return String.format(
                Locale.ROOT,
                "%-9s %8s %8s %8s %7s %8s %8s %8s %8s",
                "telemetry",
                "CPU s",
                "cores",
                "heap MB",
                "turns",
                "events",
                "spans",
                "lines",
                "scrapes");
    }

    /** A run. */
    public static String row(CpuRun run) {
        return String.format(
                Locale.ROOT,
                "%-9s %8.2f %8.3f %8.1f %7d %8d %8d %8d %8d",
                run.telemetry().label(),
                run.cpuSeconds(),
                run.cpuSeconds() / run.seconds(),
                run.allocated() / 1e6,
                run.counts().turns(),
                run.counts().events(),
                run.told().spans(),
                run.told().lines(),
                run.told().scrapes());
    }

    /** What comes of all runs. */
    public static String text(TelemetryCost cost) {
        String kind = cost.plan().telemetry().label();
        List<Double> ratios = cost.ratios();
        return String.format(
                Locale.ROOT,
                "%d sessions on each side, %d rounds of %d s: CPU time %.2f s with none, %.2f s with %s%n"
                        + "telemetry adds %.1f %% (%.1f to %.1f %% in a round, standard error %.1f %%), %.1f %% to the"
                        + " conversations' own threads, and %.1f %% of the bytes allocated%n"
                        + "compiler, collector and the receiver of spans took %.2f s",
                cost.plan().sessions(),
                cost.runs().size() / 2,
                cost.plan().seconds(),
                cost.cpuSeconds(TelemetryKind.NONE),
                cost.cpuSeconds(cost.plan().telemetry()),
                kind,
                percent(cost.ratio()),
                percent(Collections.min(ratios)),
                percent(Collections.max(ratios)),
                100 * cost.standardError(),
                percent(cost.conversationRatio()),
                percent(cost.allocation()),
                cost.otherSeconds());
    }

    private static double percent(double ratio) {
        return 100 * (ratio - 1);
    }

    /** The fields of a comparison. */
    public static Map<String, @Nullable Object> fields(TelemetryCost cost) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("sessions", cost.plan().sessions());
        fields.put("seconds", cost.plan().seconds());
        fields.put("telemetry", cost.plan().telemetry().label());
        fields.put("cpu_seconds_none", LoadReport.decimals(cost.cpuSeconds(TelemetryKind.NONE), 3));
        fields.put(
                "cpu_seconds_with",
                LoadReport.decimals(cost.cpuSeconds(cost.plan().telemetry()), 3));
        fields.put("ratio", LoadReport.decimals(cost.ratio(), 4));
        fields.put("ratio_min", LoadReport.decimals(Collections.min(cost.ratios()), 4));
        fields.put("ratio_max", LoadReport.decimals(Collections.max(cost.ratios()), 4));
        fields.put("ratio_standard_error", LoadReport.decimals(cost.standardError(), 4));
        fields.put("conversation_ratio", LoadReport.decimals(cost.conversationRatio(), 4));
        fields.put("allocation_ratio", LoadReport.decimals(cost.allocation(), 4));
        fields.put("cpu_seconds_other", LoadReport.decimals(cost.otherSeconds(), 3));
        List<Map<String, @Nullable Object>> runs = new ArrayList<>();
        for (CpuRun run : cost.runs()) {
            Map<String, @Nullable Object> each = new LinkedHashMap<>();
            each.put("telemetry", run.telemetry().label());
            each.put("cpu_seconds", LoadReport.decimals(run.cpuSeconds(), 3));
            each.put("conversation_cpu_seconds", LoadReport.decimals(run.conversationSeconds(), 3));
            each.put("process_cpu_seconds", LoadReport.decimals(run.processSeconds(), 3));
            each.put("allocated_bytes", run.allocated());
            each.put("seconds", LoadReport.decimals(run.seconds(), 3));
            each.put("turns", run.counts().turns());
            each.put("events", run.counts().events());
            each.put("spans", run.told().spans());
            each.put("log_lines", run.told().lines());
            each.put("scrapes", run.told().scrapes());
            runs.add(each);
        }
        fields.put("runs", runs);
        return fields;
    }
}
