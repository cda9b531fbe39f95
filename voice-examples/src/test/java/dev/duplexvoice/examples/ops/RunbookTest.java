package dev.duplexvoice.examples.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
            runbook.record(
                    Path.of(folder), step -> isInstalled(step) ? typed(page, step) : String.join("\n", step.shown()));
            return;
        }
        for (Runbook.Step step : runbook.steps()) {
            if (isInstalled(step)) {
                String printed = typed(page, step);
                // Prometheus knows a moment later.
                for (int i = 0;
                        i < 30 && step.command().startsWith("promtool") && !Runbook.isShown(step, printed);
                        i++) {
                    LockSupport.parkNanos(1_000_000_000);
                    printed = typed(page, step);
                }
                String found = printed;
                assertThat(Runbook.isShown(step, found))
                        .as(() -> page + ".md, line " + (step.line() + 1) + ": " + step.command() + "\nprints\n" + found
                                + "\nand the page shows\n" + String.join("\n", step.shown()))
                        .isTrue();
            }
        }
    }

    private static String typed(String page, Runbook.Step step) {
        try {
            return scene.run(page, step.command());
        } catch (Exception e) {
            throw new AssertionError(page + ": " + step.command(), e);
        }
    }

    /** Programs of others, some of which need a machine of their own. */
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
        boolean wanted = "1".equals(System.getenv("VOICE_TEST_PROMETHEUS")) && !program.equals("nvidia-smi");
        assertThat(wanted).as(program + " is not on the PATH").isFalse();
        return false;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void shouldTellSymptomCauseFixAndEndWhenAPageIsOpened(String page) {
        List<String> parts = new Runbook(page)
                .prose()
                .lines()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring(3))
                .toList();
        assertThat(parts).isEqualTo(PARTS);
    }

    /** A command that stands elsewhere is run by nobody. */
    @ParameterizedTest
    @MethodSource("pages")
    void shouldShowACommandInABlockOnly(String page) {
        assertThat(new Runbook(page).prose())
                .doesNotContainPattern("\\./voice (?!worker\\b)")
                .doesNotContainPattern("`(curl|promtool|amtool|redis-cli|jq|nvidia-smi) ");
    }

    @Test
    void shouldNameTheAlertWhenItLeadsToAPage() throws IOException {
        String index = Files.readString(Runbook.FOLDER.resolve("README.md"));
        for (Map<String, Object> alert : Rules.alerts()) {
            String page = Rules.map(alert.get("annotations"))
                    .get("runbook_url")
                    .toString()
                    .replaceAll(".*/|\\.md", "");
            assertThat(new Runbook(page).prose()).as(page).contains("`" + alert.get("alert") + "`");
        }
        for (String page : pages()) {
            assertThat(index).contains("](" + page + ".md)");
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
        Runbook.Step step = new Runbook.Step(
                0,
                "./voice slo",
                List.of("up 3 min", "…", "first_audio  <= 500 ms  12  95 %", "2026-01-01T00:00:00Z  …"));
        String printed = "up 71 min\nanything\nfirst_audio <= 500 ms 4 99.5 %\n2027-03-04T05:06:07.89Z  at last\n";
        assertThat(Runbook.isShown(step, printed)).isTrue();
        assertThat(Runbook.isShown(step, printed.replace("first_audio", "barge_in")))
                .isFalse();
        assertThat(Runbook.isShown(step, printed + "more\n")).isFalse();
        assertThat(Runbook.isShown(step, printed.replace("up 71", "up for"))).isFalse();
        assertThat(Runbook.isShown(
                        new Runbook.Step(0, "./voice logs count --by level orchestrator.log", List.of("4  INFO")),
                        "5  INFO"))
                .isFalse();
    }
}
