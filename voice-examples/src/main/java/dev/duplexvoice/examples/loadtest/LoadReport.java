package dev.duplexvoice.examples.loadtest;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results as fields for JSON and as text. */
public final class LoadReport {
    private static final double MIB = 1 << 20;

    private LoadReport() {}

    /** The fields of a run, {@code baseline} being the machine's own lateness; the first seven are the contract, what follows may grow. */
    public static Map<String, @Nullable Object> fields(LoadResult r, Percentiles baseline) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("sessions", r.plan().sessions());
        fields.put("seconds", r.plan().seconds());
        fields.put("lateness_ms", percentiles(r.lateness(), true));
        fields.put("silence_ms", percentiles(r.silence(), false));
        fields.put("heap_bytes_per_frame", decimals(r.quietBytesPerFrame(), 2));
        fields.put("cpu_cores", decimals(r.cores().process(), 3));
        fields.put("bytes_per_session", r.memory().all());
        fields.put("loop_cores", decimals(r.cores().loops(), 3));
        fields.put("worker_cores", decimals(r.cores().workers(), 3));
        fields.put("feeder_cores", decimals(r.cores().feeders(), 3));
        fields.put("last_frame_ms", percentiles(r.lastFrame(), false));
        fields.put("feeder_lateness_ms", percentiles(r.feederLateness(), true));
        fields.put("baseline_ms", percentiles(baseline, true));
        fields.put("heap_bytes_per_frame_with_events", decimals(r.heapBytesPerFrame(), 2));
        fields.put("heap_bytes_per_session", r.memory().heap());
        fields.put("native_bytes_per_session", r.memory().beside());
        fields.put("rss_bytes_10", r.rssEarly());
        fields.put("rss_bytes_100", r.rssLate());
        fields.put("rss_growth", decimals((double) r.rssLate() / Math.max(1, r.rssEarly()), 3));
        fields.put("loops", r.plan().loops());
        fields.put("ticks", r.ticks());
        fields.put("missed_ticks", r.missedTicks());
        fields.put("frames_out", r.framesOut());
        fields.put("events", r.counts().events());
        fields.put("turns", r.counts().turns());
        fields.put("replies", r.counts().replies());
        fields.put("paused", r.counts().paused());
        fields.put("resumed", r.counts().resumed());
        fields.put("interruptions", r.counts().interruptions());
        fields.put("dropped_input", r.droppedInput());
        fields.put("blocked_output", r.blockedOutput());
        fields.put("ended_sessions", r.endedSessions());
        fields.put("errors", r.counts().errors());
        fields.put("holds", r.holds());
        fields.put("telemetry", r.plan().telemetry().label());
        fields.put("spans", r.told().spans());
        fields.put("log_lines", r.told().lines());
        fields.put("scrapes", r.told().scrapes());
        fields.put("telemetry_lost", r.told().lost());
        return fields;
    }

    private static Map<String, @Nullable Object> percentiles(Percentiles p, boolean p999) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("p50", millis(p, p.p50()));
        fields.put("p99", millis(p, p.p99()));
        if (p999) {
            fields.put("p999", millis(p, p.p999()));
        }
        fields.put("max", millis(p, p.max()));
        return fields;
    }

    private static @Nullable BigDecimal millis(Percentiles of, double value) {
        return of.count() == 0 ? null : decimals(value, 3);
    }

    static @Nullable BigDecimal decimals(double value, int decimals) {
        return Double.isNaN(value) ? null : BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    }

    /** A run as a table of one line for each figure, {@code baseline} being the machine's own lateness. */
    public static String text(LoadResult r, Percentiles baseline) {
        LoadResult.Cores cores = r.cores();
        Counts counts = r.counts();
        int n = r.plan().sessions();
        List<String> lines = new ArrayList<>();
        line(lines, "sessions", "%d on %s, %d s", n, loops(r.plan()), r.plan().seconds());
        line(lines, "tick lateness", "%s", text(r.lateness(), true));
        line(lines, "barge-in to silence", "%s", text(r.silence(), false));
        line(lines, "  to the last frame", "%s", text(r.lastFrame(), false));
        line(lines, "heap per frame", "%s%.2f bytes with the events of the run", quiet(r), r.heapBytesPerFrame());
        line(
                lines,
                "CPU",
                "%.3f cores: loops %.3f, workers %.3f, feeders %.3f (this program's), the rest %.3f",
                cores.process(),
                cores.loops(),
                cores.workers(),
                cores.feeders(),
                Math.max(0, cores.process() - cores.loops() - cores.workers() - cores.feeders()));
        line(lines, "  of a loop, a session", "%.3f ms a second", cores.loops() * 1_000 / n);
        line(
                lines,
                "memory of a session",
                "%.1f KiB: heap %.1f, native %.1f (direct buffers %.1f of it)",
                r.memory().all() / 1024.0,
                r.memory().heap() / 1024.0,
                r.memory().beside() / 1024.0,
                r.memory().direct() / 1024.0);
        line(
                lines,
                "resident",
                "%.0f MiB at 10 %% of the time, %.0f MiB at the end: %.3f",
                r.rssEarly() / MIB,
                r.rssLate() / MIB,
                (double) r.rssLate() / Math.max(1, r.rssEarly()));
        line(
                lines,
                "happened",
                "%d turns, %d replies, %d pauses (%d resumed), %d interruptions, %d events",
                counts.turns(),
                counts.replies(),
                counts.paused(),
                counts.resumed(),
                counts.interruptions(),
                counts.events());
        line(
                lines,
                "ticks",
                "%d, missed %d; %d with a frame, blocked %d",
                r.ticks(),
                r.missedTicks(),
                r.framesOut(),
                r.blockedOutput());
        line(
                lines,
                "went wrong",
                "%d errors, %d input chunks dropped, %d sessions ended",
                counts.errors(),
                r.droppedInput(),
                r.endedSessions());
        if (r.plan().telemetry() != TelemetryKind.NONE) {
            line(
                    lines,
                    "telemetry",
                    "%s: %d scrapes, %d spans, %d log lines, lost %d",
                    r.plan().telemetry().label(),
                    r.told().scrapes(),
                    r.told().spans(),
                    r.told().lines(),
                    r.told().lost());
        }
        line(lines, "feeders' lateness", "%s", text(r.feederLateness(), true));
        line(lines, "an idle thread's", "%s", text(baseline, true));
        return String.join("\n", lines);
    }

    static String loops(LoadPlan plan) {
        return plan.loops() == 1 ? "1 audio loop" : plan.loops() + " audio loops";
    }

    private static String quiet(LoadResult r) {
        return Double.isNaN(r.quietBytesPerFrame())
                ? ""
                : String.format(Locale.ROOT, "%.2f bytes; ", r.quietBytesPerFrame());
    }

    private static void line(List<String> lines, String title, String format, Object... values) {
        lines.add(String.format(Locale.ROOT, "%-24s", title) + String.format(Locale.ROOT, format, values));
    }

    private static String text(Percentiles p, boolean p999) {
        if (p.count() == 0) {
            return "none";
        }
        return String.format(Locale.ROOT, "p50 %.3f, p99 %.3f, ", p.p50(), p.p99())
                + (p999 ? String.format(Locale.ROOT, "p99.9 %.3f, ", p.p999()) : "")
                + String.format(Locale.ROOT, "max %.3f ms", p.max());
    }

    /** The title of {@link #row}. */
    public static String rowTitle() {
        return String.format(
                Locale.ROOT,
                "%8s %9s %9s %9s %9s %9s %9s %7s %7s %7s %9s %s",
                "sessions",
                "late p50",
                "p99",
                "p99.9",
                "max ms",
                "silence",
                "p99 ms",
                "loops",
                "cores",
                "turns",
                "interr.",
                "");
    }

    /** A run as a row. */
    public static String row(LoadResult r) {
        Percentiles late = r.lateness();
        return String.format(
                Locale.ROOT,
                "%8d %9.3f %9.3f %9.3f %9.3f %9.1f %9.1f %7.3f %7.3f %7d %9d %s",
                r.plan().sessions(),
                late.p50(),
                late.p99(),
                late.p999(),
                late.max(),
                r.silence().p50(),
                r.silence().p99(),
                r.cores().loops(),
                r.cores().process(),
                r.counts().turns(),
                r.counts().interruptions(),
                r.holds() ? "holds" : "does not hold");
    }

    /** What makes the figures of a run worthless; empty if nothing does. */
    public static String defects(LoadResult r) {
        return defects(r.counts(), r.droppedInput(), r.endedSessions());
    }

    static String defects(Counts counts, long droppedInput, long endedSessions) {
        List<String> defects = new ArrayList<>();
        if (counts.errors() > 0) {
            defects.add(counts.errors() + " errors");
        }
        if (droppedInput > 0) {
            defects.add(droppedInput + " input chunks dropped");
        }
        if (endedSessions > 0) {
            defects.add(endedSessions + " sessions ended");
        }
        return String.join(", ", defects);
    }
}
