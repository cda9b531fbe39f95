package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code voice slo}. */
@Command(
        name = "slo",
        description = "How a running worker keeps what is promised: target, actual, budget left, burn.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "actual: the share of events that were as promised, since the process started, 30 days at most.",
            "budget left: of the events that may fail, the share that still may; below 0 the promise is broken.",
            "burn: how fast the budget is spent; at 1 it lasts just 30 days. A dash: nothing has happened yet.",
            "Example: voice slo --url http://127.0.0.1:9464"
        })
final class SloCommand extends OperatorCommand {
    @Override
    JsonNode page(RunningServer from) {
        JsonNode all = from.get("/api/v1/metrics", "service_levels");
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        for (String name : new String[] {"timestamp", "worker", "version", "uptime_seconds", "service_levels"}) {
            page.set(name, all.path(name));
        }
        return page;
    }

    @Override
    void print(JsonNode page, PrintWriter out) {
        TextTable table = new TextTable(
                "service level",
                "promise",
                "events",
                "target",
                "actual",
                "budget left",
                "burn 5m",
                "1h",
                "6h",
                "3d",
                "");
        for (JsonNode level : page.path("service_levels")) {
            JsonNode burn = level.path("burn_rates");
            table.row(
                    Figures.plain(level.path("objective").asText()),
                    promise(level),
                    Figures.number(level.path("total")),
                    Figures.percent(level.path("target")),
                    Figures.percent(level.path("actual")),
                    Figures.percent(level.path("budget_left")),
                    Figures.number(burn.path("5m")),
                    Figures.number(burn.path("1h")),
                    Figures.number(burn.path("6h")),
                    Figures.number(burn.path("3d")),
                    level.path("met").isBoolean() ? level.path("met").asBoolean() ? "kept" : "BROKEN" : "no events");
        }
        table.print(out);
    }

    /** What an event is to be. */
    private static String promise(JsonNode level) {
        String threshold = Figures.number(level.path("threshold"));
        if (threshold.equals(Figures.NONE)) {
            return "no failure";
        }
        return level.path("objective").asText().equals("real_time_factor")
                ? "<= " + threshold
                : "<= " + threshold + " ms";
    }
}
