package dev.duplexvoice.examples.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice debug errors}. */
@Command(
        name = "errors",
        description = "Errors by type, and the last ones; at most 100 are kept.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "voice logs errors has all of them, with their stack traces."})
final class DebugErrorsCommand implements Callable<Integer> {
    @Mixin
    private RunningServer server = new RunningServer();

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "How many are shown: ${DEFAULT-VALUE}.",
            defaultValue = "10")
    private int last;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        if (last < 0 || last > 100) {
            throw new IllegalArgumentException("--last=" + last + ": must be 0 to 100");
        }
        JsonNode summary = server.get("/api/v1/errors/summary", "by_type");
        JsonNode errors = server.get("/api/v1/errors/recent", "errors").path("errors");
        PrintWriter out = spec.commandLine().getOut();
        if (server.json()) {
            Map<String, Object> fields = new LinkedHashMap<>();
            summary.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
            fields.put("errors", errors);
            out.println(Json.line(fields));
            return 0;
        }
        out.println(Figures.who(summary));
        out.println();
        if (summary.path("total").asLong() == 0) {
            out.println("no errors since the start");
            return 0;
        }
        TextTable table = new TextTable("error type", "last 5 min", "last hour", "since the start");
        for (Map.Entry<String, JsonNode> each : summary.path("by_type").properties()) {
            row(table, Figures.plain(each.getKey()), each.getValue());
        }
        row(table, "all", summary);
        table.print(out);
        out.println();
        for (int i = 0; i < Math.min(last, errors.size()); i++) {
            print(out, errors.path(i));
        }
        return 0;
    }

    private static void row(TextTable table, String type, JsonNode counts) {
        table.row(
                type,
                Figures.number(counts.path("last_5m")),
                Figures.number(counts.path("last_1h")),
                Figures.number(counts.path("total")));
    }

    private static void print(PrintWriter out, JsonNode error) {
        StringBuilder line = new StringBuilder(error.path("timestamp").asText());
        line.append("  ").append(error.path("error_type").asText());
        for (String name : new String[] {"session_id", "model_id"}) {
            if (error.path(name).isTextual()) {
                line.append("  ").append(name, 0, name.indexOf('_')).append('=');
                line.append(error.path(name).asText());
            }
        }
        out.println(Figures.plain(line + "  " + error.path("error_message").asText()));
    }
}
