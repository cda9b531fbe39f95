package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/operations.md says is what is in ops/. */
class OperationsDocTest {
    private static final Path ROOT = Program.OPS.getParent();
    private static final String PAGE = page();

    private static String page() {
        try {
            return Files.readString(ROOT.resolve("docs/operations.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldListEachAlertAsItIsWhenAnOperatorLooksItUp() {
        List<Map<String, Object>> alerts = Rules.alerts();
        for (Map<String, Object> alert : alerts) {
            String runbook = Rules.map(alert.get("annotations"))
                    .get("runbook_url")
                    .toString()
                    .replaceAll(".*/|\\.md", "");
            String severity = Rules.map(alert.get("labels")).get("severity").toString();
            assertThat(PAGE.lines().filter(line -> line.startsWith("| `" + alert.get("alert") + "` |")))
                    .as("%s", alert.get("alert"))
                    .singleElement()
                    .asString()
                    .endsWith(" | " + severity + " | " + runbook + " |")
                    .satisfies(line -> assertThat(saysHowLong(line, alert)).isTrue());
        }
        assertThat(PAGE.lines().filter(line -> line.matches("\\| `[A-Z]\\w+` \\|.*")))
                .hasSameSizeAs(alerts);
    }

    // A burn rate's windows are its times; it waits a little besides, which is of no interest.
    private static boolean saysHowLong(String line, Map<String, Object> alert) {
        Object time = alert.get("for");
        return time == null
                || alert.get("alert").toString().contains("Burns")
                || alert.get("alert").equals("WorkerUnavailable")
                || line.contains(time.toString().replace("m", " min"));
    }

    @Test
    void shouldNameEachServiceLevelWhenThereIsAPromise() {
        for (Map<String, Object> rule : Rules.all()) {
            if ("slo:objective:ratio".equals(rule.get("record"))) {
                assertThat(PAGE)
                        .contains("\n| `" + Rules.map(rule.get("labels")).get("slo") + "` | ");
            }
        }
    }

    @Test
    void shouldSayWhatItIsForWhenThereIsAFile() throws IOException {
        try (Stream<Path> files = Files.walk(Program.OPS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String folder = ROOT.relativize(file).getName(1).toString();
                assertThat(PAGE).as("%s", file).contains("`ops/" + folder + "/");
            }
        }
        PAGE.lines().filter(line -> line.startsWith("| `ops/")).forEach(line -> {
            Path path = ROOT.resolve(line.substring(3, line.indexOf('`', 3)).replaceAll("/[^/]*\\*.*", ""));
            assertThat(path).exists();
        });
    }

    @Test
    void shouldWorkWhenItsCommandsAreTyped() {
        List<String[]> commands = PAGE.lines()
                .filter(line -> line.startsWith("promtool ") || line.startsWith("amtool "))
                .map(line -> line.split(" "))
                .toList();
        assertThat(commands).hasSizeGreaterThan(5);
        for (String[] command : commands) {
            if (!command[1].equals("test")) { // these take long, and RuleFilesTest runs them as they are shown here
                Program program = command[0].equals("promtool") ? Program.promtool() : Program.amtool();
                program.run(ROOT, Stream.of(command).skip(1).toArray(String[]::new));
            }
        }
        // All the files, too.
        for (Path file : Rules.yaml(Program.OPS.resolve("prometheus/rules"))) {
            assertThat(PAGE).contains(" " + ROOT.relativize(file));
        }
        for (Path file : Rules.yaml(Program.OPS.resolve("prometheus/tests"))) {
            assertThat(PAGE).contains(" " + ROOT.relativize(file));
        }
    }

    @Test
    void shouldKeepLongEnoughForABudgetWhenPrometheusIsStartedAsShown() {
        assertThat(PAGE).containsPattern("--storage\\.tsdb\\.retention\\.time=3[1-9]d");
    }
}
