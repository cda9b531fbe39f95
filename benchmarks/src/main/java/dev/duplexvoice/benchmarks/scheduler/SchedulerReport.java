package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.benchmarks.cli.BarChart;
import dev.duplexvoice.benchmarks.cli.BarChart.Bar;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What simulations found, as text, Markdown, JSON and a chart.
 *
 * @param outcomes of each load the scheduler's, then that of who comes first
 */
record SchedulerReport(List<Outcome> outcomes) {

    private static String line(Outcome one) {
        return format(
                "%s, %s: %.0f speak, device busy %.0f %%, first samples p50 %.2f, p99 %.2f, max %.1f ms; %d gaps in %d replies, %.0f ms"
                        + " in all, %.0f the longest; %.1f streams a batch%n",
                one.name(),
                name(one.policy()),
                one.speaking(),
                100 * one.load(),
                one.firstMillis(50),
                one.firstMillis(99),
                one.firstMillis(100),
                one.gaps(),
                one.replies(),
                one.gapMillis(),
                one.longestGapMillis(),
                one.meanBatch());
    }

    private static String name(Policy policy) {
        return switch (policy) {
            case TOLD -> "deadlines";
            case DERIVED -> "deadlines, guessed";
            case FIFO -> "first come";
        };
    }

    String text() {
        return outcomes.stream().map(SchedulerReport::line).collect(Collectors.joining());
    }

    String json() {
        return "{\"loads\":["
                + outcomes.stream()
                        .map(one -> format(
                                "{\"load\":\"%s\",\"policy\":\"%s\",\"sessions\":%d,\"speaking\":%.1f,\"busy\":%.4f,"
                                        + "\"first_p50_ms\":%.3f,\"first_p99_ms\":%.3f,\"first_max_ms\":%.3f,\"wait_max_ms\":%.3f,"
                                        + "\"replies\":%d,\"gaps\":%d,\"gap_ms\":%.1f,\"longest_gap_ms\":%.1f,\"late\":%d,"
                                        + "\"jobs\":%d,\"mean_batch\":%.2f}",
                                one.name(),
                                one.policy().name().toLowerCase(Locale.ROOT),
                                one.sessions(),
                                one.speaking(),
                                one.load(),
                                one.firstMillis(50),
                                one.firstMillis(99),
                                one.firstMillis(100),
                                one.waits().max() / 1e6,
                                one.replies(),
                                one.gaps(),
                                one.gapMillis(),
                                one.longestGapMillis(),
                                one.late(),
                                one.jobs(),
                                one.meanBatch()))
                        .collect(Collectors.joining(","))
                + "]}";
    }

    String markdown(String command) {
        StringBuilder text = new StringBuilder("    ").append(command).append("\n\n");
        text.append(
                        "| load | order | speak at once | device busy | first samples p50 | p99 | longest | replies | gaps of 1,000"
                                + " replies | silence in gaps | longest gap | late | streams a batch |\n")
                .append("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        for (Outcome one : outcomes) {
            text.append(format(
                    "| %s | %s | %.0f | %.0f %% | %.2f ms | %.2f ms | %.1f ms | %d | %.1f | %.1f s | %.0f ms | %s | %.1f |%n",
                    one.name(),
                    name(one.policy()),
                    one.speaking(),
                    100 * one.load(),
                    one.firstMillis(50),
                    one.firstMillis(99),
                    one.firstMillis(100),
                    one.replies(),
                    one.gapsOfThousand(),
                    one.gapMillis() / 1e3,
                    one.longestGapMillis(),
                    // Who serves by arrival knows no deadlines.
                    one.policy() == Policy.FIFO ? "-" : format("%.2f %%", 100.0 * one.late() / Math.max(1, one.jobs())),
                    one.meanBatch()));
        }
        return text.toString();
    }

    String svg() {
        BarChart chart = new BarChart("A GPU that sessions share, simulated: first samples", 250);
        double longest = outcomes.stream()
                .mapToDouble(one -> Math.log10(1 + one.firstMillis(99)))
                .max()
                .orElse(1);
        chart.section("p99 of a reply's first samples, deadlines (blue) and first come (grey), logarithmic", longest);
        for (Outcome one : outcomes) {
            double value = Math.log10(1 + one.firstMillis(99));
            boolean ours = one.policy() != Policy.FIFO;
            chart.label(ours ? one.name() : "first come");
            chart.bar(ours ? Bar.OURS : Bar.THEIRS, value);
            chart.text(value, format("%.1f ms, %.1f gaps a reply", one.firstMillis(99), one.gapsOfThousand() / 1_000));
            if (!ours) {
                chart.gap();
            }
        }
        chart.axis();
        return chart.svg();
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
