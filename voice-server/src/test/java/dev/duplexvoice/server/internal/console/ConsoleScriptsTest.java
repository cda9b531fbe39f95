package dev.duplexvoice.server.internal.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the tests of the console's scripts, where there is a Node that can. */
class ConsoleScriptsTest {
    private static final int OLDEST_NODE = 18;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void shouldPassTheTestsOfItsScripts() throws IOException, InterruptedException {
        assumeTrue(node() >= OLDEST_NODE, "there is no Node " + OLDEST_NODE + " or newer: apt-get install nodejs");
        Path folder = Path.of("src/test/js").toAbsolutePath();
        assertThat(folder).isDirectory();
        Process tests = new ProcessBuilder(List.of("node", "--test", "--test-reporter=tap", folder.toString() + "/"))
                .redirectErrorStream(true)
                .start();
        String said = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tests.waitFor()).as(said).isZero();
        assertThat(passed(said)).as(said).isGreaterThan(30);
    }

    /** So that a folder in which nothing is found does not pass. */
    private static int passed(String said) {
        Matcher line = Pattern.compile("^# pass (\\d+)$", Pattern.MULTILINE).matcher(said);
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }

    private static int node() throws InterruptedException {
        try {
            Process version = new ProcessBuilder("node", "--version").start();
            String said = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            version.waitFor();
            Matcher number = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL).matcher(said);
            return number.matches() ? Integer.parseInt(number.group(1)) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void shouldHoldNoScriptOrStyleInThePage() throws IOException {
        String page = Files.readString(
                Path.of("src/main/resources/dev/duplexvoice/server/console/index.html"), StandardCharsets.UTF_8);
        assertThat(page)
                .doesNotContainPattern("<script(?![^>]*src=)")
                .doesNotContain("<style", "style=", "javascript:");
        assertThat(page).doesNotContainPattern("\\son[a-z]+=").doesNotContain("http://", "https://");
    }
}
