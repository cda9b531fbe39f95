package dev.duplexvoice.examples.loadtest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Lateness and CPU over the number of sessions, as an SVG file that needs nothing else. It follows the reader's light or dark
 * scheme; a viewer that knows none gets the light one.
 */
public final class DensityChart {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 640;
    private static final int LEFT = 70;
    private static final int RIGHT = 610;
    private static final int LABEL_HEIGHT = 15;

    // Colours without custom properties, which not every viewer knows.
    private static final String STYLE = "<style>\nsvg { font: 13px sans-serif; }\n.title { font-size: 16px; }"
            + " .title, .panel { font-weight: bold; }\n.line { fill: none; stroke-width: 2; stroke-linejoin: round; }\n"
            + ".limit { stroke-dasharray: 5 4; }\n"
            + colours("#1d2329", "#5b6670", "#e3e7eb", "#ffffff", "#0b62a4", "#b3541e", "#9a2f6b", "#4f7a28")
            + "@media (prefers-color-scheme: dark) {\n"
            + colours("#e8ecf0", "#a2adb8", "#343c45", "#14191f", "#6cb4ee", "#f2a36b", "#e58bc0", "#a9d47c")
            + "}\n</style>\n";

    private static String colours(String ink, String soft, String grid, String paper, String... lines) {
        StringBuilder rules = new StringBuilder();
        rules.append("text { fill: " + ink + "; } .soft { fill: " + soft + "; } .paper { fill: " + paper + "; }\n")
                .append(".grid { stroke: " + grid + "; } .limit { stroke: " + soft + "; }\n");
        for (int i = 0; i < lines.length; i++) {
            char name = (char) ('a' + i);
            rules.append(".line." + name + " { stroke: " + lines[i] + "; } ")
                    .append(".dot." + name + ", text." + name + " { fill: " + lines[i] + "; }\n");
        }
        return rules.toString();
    }

    private final StringBuilder svg = new StringBuilder();
    private final List<LoadResult> results;
    private final double mostSessions;

    /** Where values lie in a panel. */
    private record Scale(double top, double bottom, double least, double most, boolean logarithmic) {
        double y(double value) {
            double part = logarithmic
                    ? (Math.log(Math.max(least, value)) - Math.log(least)) / (Math.log(most) - Math.log(least))
                    : (value - least) / (most - least);
            return bottom - Math.max(0, Math.min(1, part)) * (bottom - top);
        }
    }

    /** A line of a panel. */
    private record Line(String label, String color, ToDoubleFunction<LoadResult> value) {}

    private DensityChart(List<LoadResult> results) {
        this.results = results.stream()
                .sorted(Comparator.comparingInt(r -> r.plan().sessions()))
                .toList();
        this.mostSessions = this.results.get(this.results.size() - 1).plan().sessions();
    }

    /** Draws runs, at least one, of different numbers of sessions; {@code holding} is the most that held, 0 for none. */
    public static String svg(List<LoadResult> results, int holding) {
        return new DensityChart(results).draw(holding);
    }

    private String draw(int holding) {
        LoadPlan plan = results.get(0).plan();
        svg.append(String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">%n",
                        WIDTH,
                        HEIGHT))
                .append("<title>Tick lateness and CPU over sessions</title>\n")
                .append(STYLE)
                .append(String.format(
                        Locale.ROOT, "<rect width=\"%d\" height=\"%d\" rx=\"6\" class=\"paper\"/>%n", WIDTH, HEIGHT));
        text(LEFT, 30, "start", "title", "Sessions in one process, " + LoadReport.loops(plan));
        text(
                LEFT,
                50,
                "start",
                "soft",
                holding == 0
                        ? "no number of sessions holds p99 below 2 ms"
                        : holding + " sessions hold p99 below 2 ms; " + plan.seconds() + " s a run");
        lateness(new Scale(90, 350, floor(), ceiling(), true));
        cpu(new Scale(410, 570, 0, mostCores(), false));
        if (holding > 0) {
            segment(x(holding), 76, x(holding), 570, "limit");
            text(x(holding), 72, "middle", "soft", String.valueOf(holding));
        }
        text((LEFT + RIGHT) / 2.0, 615, "middle", "soft", "sessions");
        return svg.append("</svg>\n").toString();
    }

    private void lateness(Scale scale) {
        text(LEFT, scale.top - 10, "start", "panel", "tick lateness, ms");
        for (double value = scale.least; value <= scale.most * 1.01; value *= 10) {
            rule(scale, value, trimmed(value));
        }
        columns(scale);
        double limit = scale.y(LoadResult.MOST_LATENESS_MILLIS);
        segment(LEFT, limit, RIGHT, limit, "limit");
        text(LEFT - 9, limit + 5, "end", "soft", "2");
        lines(
                scale,
                List.of(
                        new Line("max", "d", r -> r.lateness().max()),
                        new Line("p99.9", "c", r -> r.lateness().p999()),
                        new Line("p99", "b", r -> r.lateness().p99()),
                        new Line("p50", "a", r -> r.lateness().p50())));
    }

    private void cpu(Scale scale) {
        text(LEFT, scale.top - 10, "start", "panel", "CPU, cores");
        double step = step(scale.most);
        for (double value = 0; value <= scale.most * 1.001; value += step) {
            rule(scale, value, trimmed(value));
        }
        columns(scale);
        for (double value = 0; value <= mostSessions; value += step(mostSessions)) {
            text(x(value), scale.bottom + 20, "middle", "soft", trimmed(value));
        }
        lines(
                scale,
                List.of(
                        new Line("whole process", "d", r -> r.cores().process()),
                        new Line("audio loops", "b", r -> r.cores().loops()),
                        new Line("workers", "c", r -> r.cores().workers()),
                        new Line("load generator", "a", r -> r.cores().feeders())));
    }

    private void columns(Scale scale) {
        for (double value = 0; value <= mostSessions; value += step(mostSessions)) {
            segment(x(value), scale.top, x(value), scale.bottom, "grid");
        }
    }

    private void rule(Scale scale, double value, String label) {
        segment(LEFT, scale.y(value), RIGHT, scale.y(value), "grid");
        text(LEFT - 8, scale.y(value) + 4, "end", "soft", label);
    }

    /** Lines, with their names at their right ends, moved apart where they would overlap. */
    private void lines(Scale scale, List<Line> lines) {
        LoadResult last = results.get(results.size() - 1);
        List<Line> byHeight = new ArrayList<>(lines);
        byHeight.sort(Comparator.comparingDouble(line -> scale.y(line.value.applyAsDouble(last))));
        double free = Double.NEGATIVE_INFINITY;
        for (Line line : byHeight) {
            svg.append("<polyline class=\"line ").append(line.color).append("\" points=\"");
            for (LoadResult result : results) {
                svg.append(String.format(
                        Locale.ROOT,
                        "%.1f,%.1f ",
                        x(result.plan().sessions()),
                        scale.y(line.value.applyAsDouble(result))));
            }
            svg.append("\"/>\n");
            for (LoadResult result : results) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<circle r=\"3\" cx=\"%.1f\" cy=\"%.1f\" class=\"dot %s\"/>%n",
                        x(result.plan().sessions()),
                        scale.y(line.value.applyAsDouble(result)),
                        line.color));
            }
            double y = Math.max(scale.y(line.value.applyAsDouble(last)), free + LABEL_HEIGHT);
            free = y;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%.1f\" class=\"%s\">%s</text>%n",
                    RIGHT + 10,
                    y + 4,
                    line.color,
                    line.label + " " + trimmed(round(line.value.applyAsDouble(last)))));
        }
    }

    private double floor() {
        double least =
                results.stream().mapToDouble(r -> r.lateness().p50()).min().orElse(0.01);
        return Math.pow(10, Math.floor(Math.log10(Math.max(0.001, least))));
    }

    private double ceiling() {
        double most =
                results.stream().mapToDouble(r -> r.lateness().max()).max().orElse(10);
        return Math.pow(10, Math.ceil(Math.log10(Math.max(10, most))));
    }

    private double mostCores() {
        double most =
                results.stream().mapToDouble(r -> r.cores().process()).max().orElse(1);
        double step = step(most);
        return Math.max(step, Math.ceil(most / step) * step);
    }

    /** 1, 2 or 5 times a power of ten that divides a range in four to ten. */
    private static double step(double range) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(1e-3, range))));
        double times = range / power;
        return times >= 5 ? power : times >= 2 ? power / 2 : power / 5;
    }

    private static double round(double value) {
        double power = Math.pow(10, 2 - Math.ceil(Math.log10(Math.max(1e-3, value))));
        return Math.round(value * power) / power;
    }

    private double x(double sessions) {
        return LEFT + sessions / mostSessions * (RIGHT - LEFT);
    }

    private void segment(double x1, double y1, double x2, double y2, String style) {
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                style,
                x1,
                y1,
                x2,
                y2));
    }

    private void text(double x, double y, String anchor, String style, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
                style,
                x,
                y,
                anchor,
                text));
    }

    private static String trimmed(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
}
