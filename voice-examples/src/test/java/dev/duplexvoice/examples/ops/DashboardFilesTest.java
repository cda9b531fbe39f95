package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Grafana's files: what can be known of them without Grafana. What the queries give is {@link PrometheusTest}'s. */
class DashboardFilesTest {
    private static final Pattern VARIABLE = Pattern.compile("\\$([a-z][a-z_]*)");

    @Test
    void shouldBeOneForEachQuestionWhenAnOperatorLooks() {
        assertThat(Dashboards.files().stream().map(file -> file.getFileName().toString()))
                .containsExactly(
                        "conversation-analytics.json",
                        "realtime-performance.json",
                        "resource-utilisation.json",
                        "service-performance.json",
                        "system-health.json");
        List<String> ids = Dashboards.files().stream()
                .map(file -> Dashboards.load(file).path("uid").asText())
                .toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.startsWith("voice-"));
    }

    @Test
    void shouldSayWhatItShowsAndInWhatUnitWhenThereIsAPanel() {
        for (Path file : Dashboards.files()) {
            JsonNode dashboard = Dashboards.load(file);
            assertThat(dashboard.path("description").asText()).isNotEmpty();
            Set<Integer> ids = new HashSet<>();
            Set<String> titles = new HashSet<>();
            for (JsonNode panel : dashboard.path("panels")) {
                String where = file.getFileName() + ": " + panel.path("title").asText();
                assertThat(ids.add(panel.path("id").asInt())).as(where).isTrue();
                if (panel.path("type").asText().equals("row")) {
                    continue;
                }
                assertThat(titles.add(panel.path("type").asText()
                                + panel.path("title").asText()))
                        .as(where + " is there once")
                        .isTrue();
                assertThat(panel.path("description").asText()).as(where).endsWith(".");
                assertThat(panel.path("datasource").path("uid").asText())
                        .as(where)
                        .isEqualTo("${datasource}");
                assertThat(panel.path("targets")).as(where).isNotEmpty();
                assertThat(hasUnit(panel)).as(where + " has a unit").isTrue();
                if (panel.path("type").asText().equals("timeseries")
                        && panel.path("targets").size() > 1) {
                    assertThat(panel.path("options")
                                    .path("legend")
                                    .path("showLegend")
                                    .asBoolean())
                            .as(where)
                            .isTrue();
                    for (JsonNode target : panel.path("targets")) {
                        assertThat(target.path("legendFormat").asText())
                                .as(where)
                                .isNotIn("", "__auto");
                    }
                }
            }
        }
    }

    private static boolean hasUnit(JsonNode panel) {
        return switch (panel.path("type").asText()) {
            case "heatmap" -> panel.path("options").path("yAxis").has("unit");
            case "table", "state-timeline" -> true; // of many units, or of none
            default -> panel.path("fieldConfig").path("defaults").has("unit");
        };
    }

    @Test
    void shouldNotOverlapWhenPanelsAreLaidOut() {
        for (Path file : Dashboards.files()) {
            Set<Integer> taken = new HashSet<>();
            for (JsonNode panel : Dashboards.load(file).path("panels")) {
                JsonNode grid = panel.path("gridPos");
                String where = file.getFileName() + ": " + panel.path("title").asText();
                assertThat(grid.path("x").asInt() + grid.path("w").asInt())
                        .as(where)
                        .isBetween(1, 24);
                for (int y = 0; y < grid.path("h").asInt(); y++) {
                    for (int x = 0; x < grid.path("w").asInt(); x++) {
                        int cell = (grid.path("y").asInt() + y) * 24
                                + grid.path("x").asInt()
                                + x;
                        assertThat(taken.add(cell)).as(where).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void shouldAskForNothingThatNobodyRecordsWhenThereIsAQuery() {
        Set<String> known = new TreeSet<>(Set.of("up", "ALERTS"));
        known.addAll(Rules.recorded());
        known.addAll(Exposition.names());
        List<String> expressions = new ArrayList<>();
        Dashboards.queries().forEach(query -> expressions.add(query.filled()));
        Rules.all().forEach(rule -> expressions.add((String) rule.get("expr")));
        assertThat(expressions).hasSizeGreaterThan(150);
        for (String expression : expressions) {
            if (!expression.startsWith("vector(")) {
                assertThat(Rules.metrics(expression))
                        .as(expression)
                        .isNotEmpty()
                        .isSubsetOf(known);
            }
        }
    }

    @Test
    void shouldShowEveryRowOfTheCatalogueWhenAllDashboardsAreTakenTogether() {
        Set<String> shown = new TreeSet<>();
        Dashboards.queries().forEach(query -> shown.addAll(Rules.metrics(query.filled())));
        for (String row : Exposition.catalogue()) {
            assertThat(shown).as(row).anyMatch(name -> name.matches(row + "(_bucket|_sum|_count)?"));
        }
    }

    @Test
    void shouldHaveTheVariableWhenAQueryNamesOne() {
        for (Path file : Dashboards.files()) {
            JsonNode dashboard = Dashboards.load(file);
            Set<String> variables = new TreeSet<>();
            dashboard
                    .path("templating")
                    .path("list")
                    .forEach(variable -> variables.add(variable.path("name").asText()));
            Set<String> named = new TreeSet<>(Set.of("datasource"));
            for (JsonNode expression : dashboard.path("panels").findValues("expr")) {
                for (Matcher name = VARIABLE.matcher(expression.asText()); name.find(); ) {
                    named.add(name.group(1));
                }
            }
            // One that no query names would be a switch without a wire.
            assertThat(variables).as("%s", file.getFileName()).isEqualTo(named);
        }
    }

    @Test
    void shouldFindTheDashboardsAndTheDataWhenGrafanaIsProvisioned() {
        Map<String, Object> data =
                Rules.map(Rules.load(Program.OPS.resolve("grafana/provisioning/datasources/prometheus.yaml")));
        assertThat(Rules.maps(data.get("datasources"))).singleElement().satisfies(one -> {
            assertThat(one).containsEntry("type", "prometheus").containsEntry("isDefault", true);
            assertThat(one.get("url")).isEqualTo("$VOICE_PROMETHEUS_URL");
            Map<String, Object> prometheus = Rules.map(Rules.load(Program.OPS.resolve("prometheus/prometheus.yml")));
            // Grafana makes rates of at least four scrapes; it must know how far these are apart.
            assertThat(Rules.map(one.get("jsonData")).get("timeInterval"))
                    .isEqualTo(Rules.map(prometheus.get("global")).get("scrape_interval"));
        });
        Map<String, Object> boards =
                Rules.map(Rules.load(Program.OPS.resolve("grafana/provisioning/dashboards/voice.yaml")));
        assertThat(Rules.maps(boards.get("providers"))).singleElement().satisfies(one -> {
            assertThat(one).containsEntry("type", "file");
            assertThat(Rules.map(one.get("options"))).containsEntry("path", "$VOICE_DASHBOARDS");
        });
    }
}
