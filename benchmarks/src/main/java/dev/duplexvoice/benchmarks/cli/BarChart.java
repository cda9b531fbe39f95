package dev.duplexvoice.benchmarks.cli;

import java.util.Locale;

/**
 * Horizontal bars in sections, as an SVG file that needs nothing else and suits a light and a dark page. What is added goes below what
 * was; not thread-safe.
 */
public final class BarChart {
    private static final int WIDTH = 785;
    private static final int RIGHT = 230;
    private static final int BAR = 16;
    private static final int ROW = 23;
    private static final int GAP = 12;
    private static final int SECTION = 44;

    /** What a bar shows, and with that its colour. */
    public enum Bar {
        /** What ours is compared with. */
        THEIRS,
        /** Ours, or the part of it that counts. */
        OURS,
        /** The rest of ours, below it. */
        REST
    }

    private final String title;
    private final int left;
    private final StringBuilder body = new StringBuilder();
    private double longest = 1;
    private int y = 40;
    private int top = y;

    /**
     * An empty chart.
     *
     * @param left pixels for the labels
     */
    public BarChart(String title, int left) {
        this.title = title;
        this.left = left;
    }

    /**
     * Begins a section.
     *
     * @param longest what its longest bar stands for
     */
    public void section(String heading, double longest) {
        this.longest = longest;
        y += SECTION - 20;
        body.append(format("<text class=\"note\" x=\"16\" y=\"%d\">%s</text>%n", y, heading));
        y += 20;
        top = y;
    }

    /** What the row's bars are. */
    public void label(String text) {
        body.append(format(
                "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                left - 10, y + BAR / 2 + 4, text));
    }

    /** A bar of this row; the longer one of two first. */
    public void bar(Bar kind, double value) {
        body.append(format(
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>%n",
                kind.name().toLowerCase(Locale.ROOT), left, y, x(value) - left, BAR));
    }

    /** A mark across this row's bars. */
    public void target(double value) {
        body.append(format(
                "<line class=\"target\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>%n",
                x(value), y - 3, x(value), y + BAR + 3));
    }

    /** Text to the right of this value; ends the row. */
    public void text(double value, String text) {
        body.append(
                format("<text class=\"value\" x=\"%.1f\" y=\"%d\">%s</text>%n", x(value) + 8, y + BAR / 2 + 4, text));
        y += ROW;
    }

    /** Room between rows. */
    public void gap() {
        y += GAP;
    }

    /** Ends the section. */
    public void axis() {
        body.append(format("<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n", left, top - 6, left, y));
    }

    private double x(double value) {
        return left + Math.max(1, value / longest * (WIDTH - left - RIGHT));
    }

    /** The file. */
    public String svg() {
        int height = y + 14;
        return format(
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" "
                                + "font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\" aria-label=\"%s\">%n",
                        WIDTH, height, WIDTH, height, title)
                + STYLE
                + format("<rect class=\"page\" width=\"%d\" height=\"%d\" rx=\"6\"/>%n", WIDTH, height)
                + format("<text class=\"title\" x=\"16\" y=\"28\">%s</text>%n", title)
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
