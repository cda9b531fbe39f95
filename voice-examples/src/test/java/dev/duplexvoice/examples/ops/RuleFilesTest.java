package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prometheus' and Alertmanager's files, by the tools of their makers. */
@Tag("tools")
class RuleFilesTest {
    private static final Path PROMETHEUS = Program.OPS.resolve("prometheus");
    private static final Path RUNBOOKS = Program.OPS.resolveSibling("docs/runbooks");
    private static final String ALERTMANAGER = "alertmanager/alertmanager.yml";

    @Test
    void shouldPassWhenPrometheusChecksItsConfiguration() {
        String found = Program.promtool().run(Program.OPS, "check", "config", "prometheus/prometheus.yml");
        // With all rules: a pattern that finds no file is no error to it.
        assertThat(found).contains(Rules.yaml(PROMETHEUS.resolve("rules")).size() + " rule files found");
    }

    @Test
    void shouldPassWhenPrometheusRunsTheUnitTestsOfRules() {
        for (Path file : Rules.yaml(PROMETHEUS.resolve("tests"))) {
            assertThat(Program.promtool().run(Program.OPS, "test", "rules", file.toString()))
                    .contains("SUCCESS");
        }
    }

    @Test
    void shouldTestThatItFiresAndThatItDoesNotWhenThereIsAnAlert() {
        Set<String> firing = new HashSet<>();
        Set<String> quiet = new HashSet<>();
        for (Path file : Rules.yaml(PROMETHEUS.resolve("tests"))) {
            for (Map<String, Object> test :
                    Rules.maps(Rules.map(Rules.load(file)).get("tests"))) {
                for (Map<String, Object> alert : Rules.maps(test.getOrDefault("alert_rule_test", List.of()))) {
                    boolean none = Rules.maps(alert.get("exp_alerts")).isEmpty();
                    (none ? quiet : firing).add((String) alert.get("alertname"));
                }
            }
        }
        List<String> alerts =
                Rules.alerts().stream().map(rule -> (String) rule.get("alert")).toList();
        assertThat(alerts).doesNotHaveDuplicates();
        assertThat(firing).containsExactlyInAnyOrderElementsOf(alerts);
        assertThat(quiet).containsExactlyInAnyOrderElementsOf(alerts);
    }

    @Test
    void shouldSayWhatIsWrongAndWhatToDoWhenAnAlertComes() {
        Set<String> pages = new TreeSet<>();
        for (Map<String, Object> rule : Rules.alerts()) {
            Map<String, Object> annotations = Rules.map(rule.get("annotations"));
            assertThat(Rules.map(rule.get("labels")).get("severity"))
                    .as("%s", rule)
                    .isIn("critical", "warning");
            assertThat(annotations).as("%s", rule).containsOnlyKeys("summary", "description", "runbook_url");
            assertThat(annotations.values()).as("%s", rule).doesNotContain("");
            assertThat((String) annotations.get("runbook_url")).as("%s", rule).matches("docs/runbooks/[a-z-]+\\.md");
            pages.add(annotations.get("runbook_url").toString().replaceAll(".*/", ""));
        }
        assertThat(pages)
                .containsExactly(
                        "audio-quality.md",
                        "connection-errors.md",
                        "crash.md",
                        "frame-queue-full.md",
                        "gpu-memory.md",
                        "high-memory.md",
                        "missing-logs.md",
                        "model-not-found.md",
                        "redis.md",
                        "session-failure.md",
                        "slow-responses.md",
                        "worker.md");
        if (Files.exists(RUNBOOKS)) {
            assertThat(pages)
                    .allSatisfy(page -> assertThat(RUNBOOKS.resolve(page)).exists());
        }
    }

    @Test
    void shouldPassWhenAlertmanagerChecksItsConfiguration() {
        assertThat(Program.amtool().run(Program.OPS, "check-config", ALERTMANAGER))
                .contains("SUCCESS");
    }

    @Test
    void shouldCallSomebodyWhenItIsCriticalAndOnlyTellWhenItIsNot() {
        assertThat(receivers("severity=critical")).isEqualTo("pager,chat");
        assertThat(receivers("severity=warning")).isEqualTo("chat");
        assertThat(receivers("severity=info")).isEqualTo("default");
    }

    private static String receivers(String label) {
        String answer =
                Program.amtool().run(Program.OPS, "config", "routes", "test", "--config.file=" + ALERTMANAGER, label);
        return answer.lines()
                .filter(line -> !line.startsWith("Warning"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldHoldNoSecretWhenItIsPublished() throws Exception {
        Map<String, Object> config = Rules.map(Rules.load(Program.OPS.resolve(ALERTMANAGER)));
        Set<String> keys = new TreeSet<>();
        for (Map<String, Object> receiver : Rules.maps(config.get("receivers"))) {
            receiver.forEach((name, value) -> {
                if (value instanceof List<?>) {
                    Rules.maps(value).forEach(one -> keys.addAll(one.keySet()));
                }
            });
        }
        // What these are called when the secret itself is given.
        assertThat(keys).doesNotContain("api_url", "routing_key", "service_key", "auth_password", "bot_token");
        assertThat(Files.readString(Program.OPS.resolve(ALERTMANAGER))).doesNotContain("https://hooks.");
    }
}
