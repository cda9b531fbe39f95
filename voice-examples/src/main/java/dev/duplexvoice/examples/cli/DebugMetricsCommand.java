package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice debug metrics}. */
@Command(
        name = "metrics",
        description = "Latencies of the last minutes, gauges, and counts since the start.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Percentiles are of all label values together, and at most 3.2 % too high."})
final class DebugMetricsCommand implements Callable<Integer> {
    @Mixin
    private RunningServer server = new RunningServer();

    @Option(names = "--all", description = "Also what is zero.")
    private boolean all;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        JsonNode page = server.get("/api/v1/metrics", "latencies");
        PrintWriter out = spec.commandLine().getOut();
        if (server.json()) {
            out.println(page);
            return 0;
        }
        out.println(Figures.who(page));
        out.println();
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
        return 0;
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
