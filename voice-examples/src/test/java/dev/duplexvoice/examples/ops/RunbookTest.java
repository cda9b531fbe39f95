package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What docs/runbooks tells an operator to type, typed: each command works, and prints what the page shows. With {@code
 * -Dvoice.runbooks.record=DIR} the pages are written there with what is printed now.
 */
@Timeout(600)
class RunbookTest {
    private static final List<String> PARTS = List.of("Symptom", "Look", "Cause", "Fix", "Over");

    private static RunbookScene scene;

    @BeforeAll
    static void set(@TempDir Path folder) throws Exception {
        scene = new RunbookScene(folder);
        scene.happen();
    }

    @AfterAll
    static void clear() {
        if (scene != null) {
            scene.close();
        }
    }

    static List<String> pages() throws IOException {
        try (Stream<Path> files = Files.list(Runbook.FOLDER)) {
            return files.map(file -> file.getFileName().toString().replace(".md", ""))
                    .filter(name -> !name.equals("README"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void shouldPrintWhatIsShownWhenACommandIsTyped(String page) throws Exception {
        assumeTrue(!page.equals("redis") || scene.hasRedis(), "redis-server is not installed");
        Runbook runbook = new Runbook(page);
        assertThat(runbook.steps()).hasSizeGreaterThanOrEqualTo(2);
        String folder = System.getProperty("voice.runbooks.record");
        if (folder != null) {
            runbook.record(Path.of(folder), step -> isInstalled(step) ? typed(step) : String.join("\n", step.shown()));
            return;
        }
        for (Runbook.Step step : runbook.steps()) {
            if (isInstalled(step)) {
                String printed = typed(step);
                // Prometheus knows a moment later.
                for (int i = 0;
                        i < 30 && step.command().startsWith("promtool") && !Runbook.isShown(step, printed);
                        i++) {
                    LockSupport.parkNanos(1_000_000_000);
                    printed = typed(step);
                }
                String found = printed;
                assertThat(Runbook.isShown(step, found))
                        .as(() -> page + ".md, line " + (step.line() + 1) + ": " + step.command() + "\nprints\n" + found
                                + "\nand the page shows\n" + String.join("\n", step.shown()))
                        .isTrue();
            }
        }
    }

    private static String typed(Runbook.Step step) {
        try {
            return scene.run(step);
        } catch (Exception e) {
            throw new AssertionError(step.page() + ": " + step.command(), e);
        }
    }

    /** What belongs to the project always is. */
    private static boolean isInstalled(Runbook.Step step) {
        String program = step.command().replaceAll(" .*", "");
        if (program.startsWith("./")) {
            return true;
        }
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        boolean wanted = "1".equals(System.getenv("VOICE_TEST_PROMETHEUS"));
        assertThat(wanted).as(program + " is not on the PATH").isFalse();
        return false;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void shouldTellSymptomCauseFixAndEndWhenAPageIsOpened(String page) {
        assertThat(new Runbook(page).parts()).isEqualTo(PARTS);
    }

    /** A command that stands elsewhere is run by nobody, as that of the one program which needs a GPU and says so. */
    @ParameterizedTest
    @MethodSource("pages")
    void shouldShowACommandInABlockOnly(String page) {
        assertThat(new Runbook(page).prose())
                .doesNotContainPattern("\\./voice (?!worker\\b)")
                .doesNotContainPattern("`(curl|promtool|amtool|redis-cli|jq|nvidia-smi) ")
                .doesNotContainPattern("(?m)^\\$ (?!nvidia-smi )");
    }

    @Test
    void shouldNameTheAlertsThatLeadToAPageAndNoOthers() throws IOException {
        Map<String, Set<String>> alerts = new HashMap<>();
        for (Map<String, Object> alert : Rules.alerts()) {
            String page = Rules.map(alert.get("annotations"))
                    .get("runbook_url")
                    .toString()
                    .replaceAll(".*/|\\.md", "");
            alerts.computeIfAbsent(page, key -> new HashSet<>())
                    .add(alert.get("alert").toString());
        }
        assertThat(pages()).containsAll(alerts.keySet());
        String index = Files.readString(Runbook.FOLDER.resolve("README.md"));
        for (String page : pages()) {
            assertThat(index).contains("](" + page + ".md)");
            String symptom = new Runbook(page).prose().replaceAll("(?s)## Look.*", "");
            Set<String> named = Pattern.compile("`([A-Z][A-Za-z]+)`")
                    .matcher(symptom)
                    .results()
                    .map(match -> match.group(1))
                    .collect(Collectors.toSet());
            assertThat(named).as(page).isEqualTo(alerts.getOrDefault(page, Set.of()));
        }
    }

    /** Else the pages would show lines that nothing writes. */
    @Test
    void shouldSayInTheServersLogWhatTheLibrarySays() throws IOException {
        StringBuilder library = new StringBuilder();
        try (Stream<Path> modules = Files.list(Program.OPS.getParent())) {
            for (Path sources : modules.map(module -> module.resolve("src/main/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(sources)) {
                    for (Path file : files.filter(file -> file.toString().endsWith(".java"))
                            .toList()) {
                        library.append(Files.readString(file));
                    }
                }
            }
        }
        Matcher messages = Pattern.compile("\\.log\\(\\s*\"([^\"]+)\"")
                .matcher(Files.readString(Path.of("src/test/java/dev/duplexvoice/examples/ops/ServerLog.java")));
        int count = 0;
        for (; messages.find(); count++) {
            assertThat(library).contains('"' + messages.group(1) + '"');
        }
        assertThat(count).isGreaterThan(9);
    }

    @Test
    void shouldSeeWhenSomethingElseIsPrinted() {
        Runbook.Step step = step(
                "./voice slo", List.of("up 3 min", "…", "first_audio  <= 500 ms  12  95 %", "2026-01-01T00:00:00Z  …"));
        String printed = "up 71 min\nanything\nfirst_audio <= 500 ms 4 99.5 %\n2027-03-04T05:06:07.89Z  at last\n";
        assertThat(Runbook.isShown(step, printed)).isTrue();
        assertThat(Runbook.isShown(step, printed.replace("first_audio", "barge_in")))
                .isFalse();
        assertThat(Runbook.isShown(step, printed + "more\n")).isFalse();
        assertThat(Runbook.isShown(step, printed.replace("up 71", "up for"))).isFalse();
        assertThat(Runbook.isShown(
                        step("./voice logs count --by level orchestrator.log", List.of("4  INFO")), "5  INFO"))
                .isFalse();
        assertThat(Runbook.isShown(step("curl -w '%{http_code}' …", List.of("200")), "503"))
                .isFalse();
    }

    private static Runbook.Step step(String command, List<String> shown) {
        return new Runbook.Step("page", "Look", 0, command, shown);
    }
}
