package dev.duplexvoice.examples.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Grafana's dashboards, as they are written. */
final class Dashboards {

    /** One thing that a dashboard asks Prometheus. */
    record Query(String where, String expression) {

        /** As Grafana would send it with everything chosen and a minute on the screen; nothing is older than that in a test. */
        String filled() {
            return expression
                    .replace("$__rate_interval", "1m")
                    .replace("$__range", "1m")
                    .replaceAll("=~\"\\$[a-z_]+\"", "=~\".*\"")
                    .replaceAll("offset 1[dw]", "offset 1s");
        }
    }

    private Dashboards() {}

    /** The files. */
    static List<Path> files() {
        try (Stream<Path> files = Files.list(Program.OPS.resolve("grafana/dashboards"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in one. */
    static JsonNode load(Path file) {
        try {
            return new ObjectMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every query of every panel, annotation and variable of all dashboards. */
    static List<Query> queries() {
        List<Query> queries = new ArrayList<>();
        for (Path file : files()) {
            JsonNode dashboard = load(file);
            String title = dashboard.path("title").asText();
            for (JsonNode panel : dashboard.path("panels")) {
                for (JsonNode target : panel.path("targets")) {
                    queries.add(new Query(
                            title + " / " + panel.path("title").asText(),
                            target.path("expr").asText()));
                }
            }
            for (JsonNode annotation : dashboard.path("annotations").path("list")) {
                if (annotation.has("expr")) {
                    queries.add(new Query(
                            title + " / annotation", annotation.path("expr").asText()));
                }
            }
            for (JsonNode variable : dashboard.path("templating").path("list")) {
                String definition = variable.path("definition").asText();
                if (!definition.isEmpty()) {
                    // A metric and the label of it whose values can be chosen.
                    String expression = definition.replaceAll(
                            "^label_values\\((.*), *([a-z_]+)\\)$", "count by ($2) ($1{$2!=\"\"})");
                    queries.add(new Query(title + " / $" + variable.path("name").asText(), expression));
                }
            }
        }
        return queries;
    }
}
