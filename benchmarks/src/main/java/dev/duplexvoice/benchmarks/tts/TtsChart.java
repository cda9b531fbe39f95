package dev.duplexvoice.benchmarks.tts;

import dev.duplexvoice.benchmarks.cli.BarChart;
import dev.duplexvoice.benchmarks.cli.BarChart.Bar;
import java.util.Locale;

/** Bars of milliseconds to the first sound. */
final class TtsChart {
    private static final int LEFT = 190;

    private TtsChart() {}

    static String svg(TtsReport report) {
        BarChart chart = new BarChart("Speech: time to the first sound", LEFT);
        if (!report.voices().isEmpty()) {
            addVoices(chart, report);
        }
        addEmbedded(chart, report);
        return chart.svg();
    }

    private static void addVoices(BarChart chart, TtsReport report) {
        chart.section(
                "A sentence of ten seconds, Piper voices: milliseconds, median; dark is the time to the first sound",
                report.voices().stream()
                        .mapToDouble(v -> Math.max(v.whole().median(), v.total().median()))
                        .max()
                        .orElse(1));
        boolean first = true;
        for (VoiceTimes voice : report.voices()) {
            if (!first) {
                chart.gap();
            }
            first = false;
            double whole = voice.whole().median();
            double sound = voice.first().median();
            double total = voice.total().median();
            chart.label(voice.name());
            chart.bar(Bar.THEIRS, whole);
            chart.text(whole, format("%.0f ms, whole graph", whole));
            chart.label("in chunks");
            chart.bar(Bar.REST, total);
            chart.bar(Bar.OURS, sound);
            chart.text(total, format("%.0f ms, %.1f× as soon; all: %.0f ms", sound, voice.sooner(), total));
        }
        chart.axis();
    }

    private static void addEmbedded(BarChart chart, TtsReport report) {
        chart.section(
                "Embedded voice rms, from the token that completes a clause to the session's first frame: p50 dark, p95 light",
                report.embedded().stream()
                        .mapToDouble(
                                e -> Math.max(e.times().percentile(95), e.text().target()))
                        .max()
                        .orElse(1));
        for (EmbeddedTimes one : report.embedded()) {
            double p50 = one.times().median();
            double p95 = one.times().percentile(95);
            int target = one.text().target();
            chart.label(one.text().title());
            chart.bar(Bar.REST, p95);
            chart.bar(Bar.OURS, p50);
            chart.target(target);
            chart.text(Math.max(p95, target), format("p50 %.1f, p95 %.1f ms; target %d", p50, p95, target));
        }
        chart.axis();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
