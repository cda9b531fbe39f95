package dev.duplexvoice.benchmarks.tts;

import java.util.Locale;

/** Bars of milliseconds to the first sound, as an SVG file that needs nothing else and suits a light and a dark page. */
final class TtsChart {
    private static final int WIDTH = 785;
    private static final int LEFT = 190;
    private static final int RIGHT = 230;
    private static final int BAR = 16;
    private static final int ROW = 23;
    private static final int GAP = 12;
    private static final int SECTION = 44;

    private final StringBuilder body = new StringBuilder();
    private int y = 40;

    private TtsChart() {}

    static String svg(TtsReport report) {
        TtsChart chart = new TtsChart();
        if (!report.voices().isEmpty()) {
            chart.addVoices(report);
        }
        chart.addEmbedded(report);
        return chart.finish();
    }

    private void addVoices(TtsReport report) {
        double longest = report.voices().stream()
                .mapToDouble(v -> Math.max(v.whole().median(), v.total().median()))
                .max()
                .orElse(1);
        section("A sentence of ten seconds, Piper voices: milliseconds, median; dark is the time to the first sound");
        int top = y;
        for (VoiceTimes voice : report.voices()) {
            double whole = voice.whole().median();
            double first = voice.first().median();
            double total = voice.total().median();
            label(voice.name());
            bar("theirs", whole, longest);
            value(whole, longest, format("%.0f ms, whole graph", whole));
            y += ROW;
            label("in chunks");
            bar("rest", total, longest);
            bar("ours", first, longest);
            value(total, longest, format("%.0f ms, %.1f× as soon; all: %.0f ms", first, voice.sooner(), total));
            y += ROW + GAP;
        }
        y -= GAP;
        axis(top);
    }

    private void addEmbedded(TtsReport report) {
        double longest = report.embedded().stream()
                .mapToDouble(e -> Math.max(e.times().percentile(95), e.text().target()))
                .max()
                .orElse(1);
        section(
                "Embedded voice rms, from the token that completes a clause to the session's first frame: p50 dark, p95 light");
        int top = y;
        for (EmbeddedTimes one : report.embedded()) {
            double p50 = one.times().median();
            double p95 = one.times().percentile(95);
            label(one.text().title());
            bar("rest", p95, longest);
            bar("ours", p50, longest);
            double target = x(one.text().target(), longest);
            body.append(format(
                    "<line class=\"target\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n",
                    target, y - 3, target, y + BAR + 3));
            value(
                    Math.max(p95, one.text().target()),
                    longest,
                    format(
                            "p50 %.1f, p95 %.1f ms; target %d",
                            p50, p95, one.text().target()));
            y += ROW;
        }
        axis(top);
    }

    private void section(String title) {
        y += SECTION - 20;
        body.append(format("<text class=\"note\" x=\"16\" y=\"%d\">%s</text>%n", y, title));
        y += 20;
    }

    private void label(String text) {
        body.append(format(
                "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                LEFT - 10, y + BAR / 2 + 4, text));
    }

    private static double x(double value, double longest) {
        return LEFT + Math.max(1, value / longest * (WIDTH - LEFT - RIGHT));
    }

    private void bar(String kind, double value, double longest) {
        body.append(format(
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                kind, LEFT, y, x(value, longest) - LEFT, BAR));
    }

    private void value(double value, double longest, String text) {
        body.append(format(
                "<text class=\"value\" x=\"%.1f\" y=\"%d\">%s</text>%n", x(value, longest) + 8, y + BAR / 2 + 4, text));
    }

    private void axis(int top) {
        body.append(format("<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n", LEFT, top - 6, LEFT, y));
    }

    private String finish() {
        int height = y + 14;
        return format(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                                + "font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"%s\">%n",
                        WIDTH, height, WIDTH, height, "Time to the first sound of speech")
                + STYLE
                + format("<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"6\"/>%n", WIDTH, height)
                + "<text class=\"title\" x=\"16\" y=\"28\">Speech: time to the first sound</text>\n"
                + body
                + "</svg>\n";
    }

    private static final String STYLE = """
            <style>
            .page { fill: #ffffff } .title { fill: #1f2328; font-size: 16px; font-weight: 600 }
            .label, .value { fill: #1f2328 } .note { fill: #59636e }
            .axis { stroke: #d1d9e0 } .target { stroke: #bc4c00; stroke-width: 2 }
            .theirs { fill: #8c959f } .ours { fill: #0b62a4 } .rest { fill: #a9cbe6 }
            @media (prefers-color-scheme: dark) {
            .page { fill: #0d1117 } .title, .label, .value { fill: #f0f6fc } .note { fill: #9198a1 }
            .axis { stroke: #3d444d } .target { stroke: #db6d28 }
            .theirs { fill: #6e7681 } .ours { fill: #4493f8 } .rest { fill: #1f3f66 }
            }
            </style>
            """;

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
