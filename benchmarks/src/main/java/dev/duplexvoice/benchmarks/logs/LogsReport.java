package dev.duplexvoice.benchmarks.logs;

import dev.duplexvoice.benchmarks.cli.Machine;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What was measured.
 *
 * @param ours runs of {@code voice logs errors}, in turn with jq's
 */
record LogsReport(long bytes, long lines, long found, String jqVersion, String heap, List<Run> ours, List<Run> jq) {
    /** What the command is to reach. */
    static final double TARGET = 5;

    double ratio() {
        return median(jq) / median(ours);
    }

    private static double median(List<Run> runs) {
        List<Double> sorted = runs.stream().map(Run::seconds).sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    private static double worst(List<Run> runs) {
        return runs.stream().map(Run::seconds).max(Comparator.naturalOrder()).orElse(0.0);
    }

    private static double best(List<Run> runs) {
        return runs.stream().map(Run::seconds).min(Comparator.naturalOrder()).orElse(0.0);
    }

    private static double peakMb(List<Run> runs) {
        return runs.stream().mapToLong(Run::peakBytes).max().orElse(0) / 1e6;
    }

    private double mbPerSecond(List<Run> runs) {
        return bytes / 1e6 / median(runs);
    }

    String json() {
        return String.format(
                Locale.ROOT,
                "{\"bytes\":%d,\"lines\":%d,\"found\":%d,\"same_lines\":true,\"rounds\":%d,\"voice_s\":%.3f,\"jq_s\":%.3f,"
                        + "\"ratio\":%.2f,\"voice_peak_mb\":%.1f,\"jq_peak_mb\":%.1f,\"heap\":\"%s\",\"jq\":\"%s\"}",
                bytes,
                lines,
                found,
                ours.size(),
                median(ours),
                median(jq),
                ratio(),
                peakMb(ours),
                peakMb(jq),
                heap,
                jqVersion);
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%-18s %8s %8s %8s %8s %12s%n%s%s%.1f times as fast as %s; the same %,d of %,d lines, %.0f MB%n",
                "",
                "median s",
                "best",
                "worst",
                "MB/s",
                "peak MB",
                row("voice logs errors", ours),
                row("jq", jq),
                ratio(),
                jqVersion,
                found,
                lines,
                bytes / 1e6);
    }

    private String row(String name, List<Run> runs) {
        return String.format(
                Locale.ROOT,
                "%-18s %8.2f %8.2f %8.2f %8.0f %12.1f%n",
                name,
                median(runs),
                best(runs),
                worst(runs),
                mbPerSecond(runs),
                peakMb(runs));
    }

    String markdown(String command) {
        return "# Reading logs beside jq\n\n    " + command + "\n\n" + Machine.describe() + "; " + jqVersion + "; "
                + ours.size() + " rounds, in turn.\n\n"
                + String.format(
                        Locale.ROOT,
                        "%.0f MB, %,d lines, of which %,d are of level ERROR or CRITICAL; both gave the same lines.%n%n",
                        bytes / 1e6,
                        lines,
                        found)
                + "| | median | best | worst | MB/s | peak memory |\n| --- | ---: | ---: | ---: | ---: | ---: |\n"
                + markdownRow("`voice logs errors F` (`-Xmx" + heap + "`)", ours)
                + markdownRow("`jq -c '" + LogsBench.SELECTION + "' F`", jq)
                + String.format(
                        Locale.ROOT,
                        "%n| target | | |%n| --- | --- | --- |%n| at least %.0f × as fast as jq | %.1f | %s |%n",
                        TARGET,
                        ratio(),
                        ratio() >= TARGET ? "met" : "missed");
    }

    private String markdownRow(String name, List<Run> runs) {
        return String.format(
                Locale.ROOT,
                "| %s | %.2f s | %.2f s | %.2f s | %.0f | %.0f MB |%n",
                name,
                median(runs),
                best(runs),
                worst(runs),
                mbPerSecond(runs),
                peakMb(runs));
    }
}
