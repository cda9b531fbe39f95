package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code voice debug errors}. */
@Command(
        name = "errors",
        description = "Errors by type, and the last ones; at most 100 are kept.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "voice logs errors has all of them, with their stack traces."})
final class DebugErrorsCommand extends OperatorCommand {
    @Option(
            names = "--last",
            paramLabel = "N",
            description = "How many are shown: ${DEFAULT-VALUE}.",
            defaultValue = "10")
    private int last;

    @Override
    JsonNode page(RunningServer from) {
        if (last < 0 || last > 100) {
            throw new IllegalArgumentException("--last=" + last + ": must be 0 to 100");
        }
        JsonNode summary = from.get("/api/v1/errors/summary", "by_type");
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        summary.properties().forEach(field -> page.set(field.getKey(), field.getValue()));
        page.set("errors", from.get("/api/v1/errors/recent", "errors").path("errors"));
        return page;
    }

    @Override
    void print(JsonNode summary, PrintWriter out) {
        if (summary.path("total").asLong() == 0) {
            out.println("no errors since the start");
            return;
        }
        JsonNode errors = summary.path("errors");
        TextTable table = new TextTable("error type", "last 5 min", "last hour", "since the start");
        for (Map.Entry<String, JsonNode> each : summary.path("by_type").properties()) {
            row(table, Figures.plain(each.getKey()), each.getValue());
        }
        row(table, "all", summary);
        table.print(out);
        out.println();
        for (int i = 0; i < Math.min(last, errors.size()); i++) {
            out.println(line(errors.path(i)));
        }
    }

    private static void row(TextTable table, String type, JsonNode counts) {
        table.row(
                type,
                Figures.number(counts.path("last_5m")),
                Figures.number(counts.path("last_1h")),
                Figures.number(counts.path("total")));
    }

    private static String line(JsonNode error) {
        StringBuilder line = new StringBuilder(error.path("timestamp").asText());
        line.append("  ").append(error.path("error_type").asText());
        for (String name : new String[] {"session_id", "model_id"}) {
            if (error.path(name).isTextual()) {
                line.append("  ").append(name, 0, name.indexOf('_')).append('=');
                line.append(error.path(name).asText());
            }
        }
        return Figures.plain(line + "  " + error.path("error_message").asText());
    }
}
