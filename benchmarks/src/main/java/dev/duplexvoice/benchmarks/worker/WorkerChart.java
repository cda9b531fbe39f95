package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.benchmarks.cli.BarChart;
import dev.duplexvoice.benchmarks.cli.BarChart.Bar;
import dev.duplexvoice.benchmarks.worker.WorkerReport.Row;
import java.util.List;
import java.util.Locale;

/** Bars of what has a target, and of the first audio in process beside that at a worker. */
final class WorkerChart {
    private static final int LEFT = 215;

    private WorkerChart() {}

    static String svg(WorkerReport report) {
        BarChart chart = new BarChart("A voice at a worker on the same machine", LEFT);
        List<Row> targets =
                report.rows().stream().filter(row -> row.target() > 0).toList();
        section(chart, "Milliseconds: p50 dark, p95 light, the line is the target for p95", targets);
        List<Row> first = report.rows().subList(0, 2);
        section(chart, "Milliseconds to the first 20 ms of a sentence, embedded voice: p50 dark, p95 light", first);
        return chart.svg();
    }

    private static void section(BarChart chart, String heading, List<Row> rows) {
        chart.section(
                heading,
                rows.stream()
                        .mapToDouble(row -> Math.max(row.times().percentile(95), row.target()))
                        .max()
                        .orElse(1));
        for (Row row : rows) {
            double p50 = row.times().median();
            double p95 = row.times().percentile(95);
            chart.label(row.label());
            chart.bar(Bar.REST, p95);
            chart.bar(Bar.OURS, p50);
            if (row.target() > 0) {
                chart.target(row.target());
            }
            chart.text(
                    Math.max(p95, row.target()),
                    String.format(Locale.ROOT, "p50 %.2f, p95 %.2f ms", p50, p95)
                            + (row.target() > 0 ? "; target " + row.target() : ""));
        }
        chart.axis();
    }
}
