package dev.duplexvoice.benchmarks.vad;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Bars of microseconds a window, as an SVG file that needs nothing else and suits a light and a dark page. */
final class VadChart {
    private static final int WIDTH = 785;
    private static final int LEFT = 215;
    private static final int RIGHT = 150;
    private static final int TOP = 66;
    private static final int BAR = 16;
    private static final int ROW = 23;
    private static final int GAP = 12;

    private VadChart() {}

    static String svg(VadReport report, List<Subject> subjects) {
        List<Subject> bars = subjects.stream().filter(s -> s.streams() > 0).toList();
        double longest = bars.stream().mapToDouble(report::microseconds).max().orElse(1);
        StringBuilder body = new StringBuilder();
        int y = TOP;
        String group = bars.isEmpty() ? "" : bars.get(0).simd();
        for (Subject subject : bars) {
            if (!Objects.equals(group, subject.simd())) {
                y += GAP;
                group = subject.simd();
            }
            double value = report.microseconds(subject);
            double length = Math.max(1, value / longest * (WIDTH - LEFT - RIGHT));
            int middle = y + BAR / 2 + 4;
            body.append(text(LEFT - 10, middle, "end", "label", subject.title()))
                    .append(format(
                            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                            subject.ours() ? "ours" : "theirs", LEFT, y, length, BAR))
                    .append(format(
                            "<text class=\"value\" x=\"%.1f\" y=\"%d\">%s µs%s</text>%n",
                            LEFT + length + 8,
                            middle,
                            format(value >= 10 ? "%.1f" : "%.2f", value),
                            subject.equals(Subject.ort(1))
                                    ? ""
                                    : format(
                                            "<tspan class=\"times\" dx=\"8\">%.1f×</tspan>", report.speedup(subject))));
            y += ROW;
        }
        int height = y + 14;
        return format(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                                + "font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"%s\">%n",
                        WIDTH, height, WIDTH, height, "Cost of a window of voice activity detection")
                + STYLE
                + format("<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"6\"/>%n", WIDTH, height)
                + text(16, 28, "start", "title", "Voice activity detection: cost of a window of 32 ms")
                + text(
                        16,
                        48,
                        "start",
                        "note",
                        "Microseconds for each stream, one thread, median; × is against ONNX Runtime's single stream")
                + format("<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n", LEFT, TOP - 6, LEFT, y)
                + body
                + "</svg>\n";
    }

    private static final String STYLE = """
            <style>
            .page { fill: #ffffff } .title { fill: #1f2328; font-size: 16px; font-weight: 600 }
            .label, .value { fill: #1f2328 } .note, .times { fill: #59636e }
            .axis { stroke: #d1d9e0 } .theirs { fill: #8c959f } .ours { fill: #0b62a4 }
            @media (prefers-color-scheme: dark) {
            .page { fill: #0d1117 } .title, .label, .value { fill: #f0f6fc } .note, .times { fill: #9198a1 }
            .axis { stroke: #3d444d } .theirs { fill: #6e7681 } .ours { fill: #4493f8 }
            }
            </style>
            """;

    private static String text(int x, int y, String anchor, String kind, String text) {
        return format("<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">", kind, x, y, anchor) + text
                + "</text>\n";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
