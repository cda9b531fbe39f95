package dev.duplexvoice.examples.vadeval;

import java.util.Locale;

/** The ROC curve as an SVG file that needs nothing else. */
public final class RocChart {
    private static final int SIDE = 400;
    private static final int LEFT = 60;
    private static final int TOP = 40;
    private static final int STEPS = 5;

    private RocChart() {}

    /**
     * Draws it; {@code title} is the detector's name.
     *
     * @throws IllegalArgumentException if the scores are of windows of one kind, which make no curve
     */
    public static String svg(String title, Scores scores) {
        if (Double.isNaN(scores.auc())) {
            throw new IllegalArgumentException("auc=" + scores.auc() + ": a curve needs speech and no speech");
        }
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 500 510\" font-family=\"sans-serif\"")
                .append(" font-size=\"12\">\n<rect width=\"500\" height=\"510\" fill=\"#fff\"/>\n")
                .append(text(LEFT, 24, "start", "ROC of " + escape(title) + format(", AUC %.4f", scores.auc())));
        for (int i = 0; i <= STEPS; i++) {
            double value = (double) i / STEPS;
            svg.append(line(x(value), y(0), x(value), y(1), "#ddd"))
                    .append(line(x(0), y(value), x(1), y(value), "#ddd"));
            svg.append(text(x(value), y(0) + 18, "middle", format("%.1f", value)));
            svg.append(text(x(0) - 8, y(value) + 4, "end", format("%.1f", value)));
        }
        svg.append(line(x(0), y(0), x(1), y(1), "#999"))
                .append(text(x(0.5), y(0) + 40, "middle", "false alarms (part of the windows without speech)"))
                .append("<g transform=\"rotate(-90 18 240)\">")
                .append(text(18, 240, "middle", "speech found (part of its windows)"))
                .append("</g>\n<polyline fill=\"none\" stroke=\"#0b62a4\" stroke-width=\"2\" points=\"");
        double lastX = Double.NEGATIVE_INFINITY;
        double lastY = Double.POSITIVE_INFINITY;
        for (int i = 0; i < scores.roc().size(); i++) {
            Scores.Point point = scores.roc().get(i);
            double x = x(point.falseAlarms());
            double y = y(point.hits());
            // Points closer than half a unit cannot be told apart.
            if (x - lastX + lastY - y >= 0.5 || i == scores.roc().size() - 1) {
                svg.append(format("%.1f,%.1f ", x, y));
                lastX = x;
                lastY = y;
            }
        }
        return svg.append("\"/>\n</svg>\n").toString();
    }

    private static double x(double value) {
        return LEFT + value * SIDE;
    }

    private static double y(double value) {
        return TOP + (1 - value) * SIDE;
    }

    private static String line(double x1, double y1, double x2, double y2, String color) {
        return format(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"" + color + "\"/>%n", x1, y1, x2, y2);
    }

    private static String text(double x, double y, String anchor, String text) {
        return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"" + anchor + "\">", x, y) + text + "</text>\n";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
