package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code voice debug metrics}. */
@Command(
        name = "metrics",
        description = "Latencies of the last minutes, gauges, and counts since the start.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Percentiles are of all label values together, and at most 3.2 % too high."})
final class DebugMetricsCommand extends OperatorCommand {
    @Option(names = "--all", description = "Also what is zero.")
    private boolean all;

    @Override
    JsonNode page(RunningServer from) {
        return from.get("/api/v1/metrics", "latencies");
    }

    @Override
    void print(JsonNode page, PrintWriter out) {
        String minutes = Figures.number(page.path("performance").path("time_window_minutes"));
        TextTable latencies = new TextTable("last " + minutes + " min", "count", "p50", "p95", "p99", "max");
        for (Map.Entry<String, JsonNode> each : page.path("latencies").properties()) {
            JsonNode of = each.getValue();
            if (all || of.path("count").asLong() > 0) {
                latencies.row(
                        Figures.plain(each.getKey()),
                        Figures.number(of.path("count")),
                        Figures.number(of.path("p50")),
                        Figures.number(of.path("p95")),
                        Figures.number(of.path("p99")),
                        Figures.number(of.path("max")));
            }
        }
        print(out, latencies, "nothing was measured in the last " + minutes + " min");
        out.println();
        print(out, values("now", page.path("gauges")), "all gauges are 0");
        out.println();
        print(out, values("since the start", page.path("totals")), "nothing was counted since the start");
    }

    private TextTable values(String title, JsonNode values) {
        TextTable table = new TextTable(title, "");
        for (Map.Entry<String, JsonNode> each : values.properties()) {
            if (all || each.getValue().asDouble() != 0) {
                table.row(Figures.plain(each.getKey()), Figures.number(each.getValue()));
            }
        }
        return table;
    }

    private static void print(PrintWriter out, TextTable table, String ifEmpty) {
        if (table.isEmpty()) {
            out.println(ifEmpty);
        } else {
            table.print(out);
        }
    }
}
