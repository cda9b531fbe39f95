package dev.duplexvoice.examples.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found, beside a slow way that parses everything, and beside jq. */
class SelectionOracleTest {
    @TempDir
    private Path folder;

    private final List<String> lines = new ArrayList<>();
    private Path file = Path.of("");

    @BeforeEach
    void writeMoreThanOneBlock() throws IOException {
        RandomLines random = new RandomLines(11);
        long size = 0;
        while (size < 3L * BlockPool.SIZE) {
            String line = random.any();
            // Only what begins as an object is JSON here; the rest is a matter of the text forms.
            if (line.startsWith("{")) {
                lines.add(line);
                size += line.getBytes(StandardCharsets.UTF_8).length + 1;
            }
        }
        file = Files.write(folder.resolve("random.log"), lines);
    }

    /** The lines' numbers. */
    private List<Long> found(RecordFilter filter) {
        List<Long> numbers = new ArrayList<>();
        Summary summary = LogSearch.of(filter)
                .run(List.of(new LogSource("random.log", file, null)), (kind, bytes, from, to, source, number) -> {
                    assertThat(new String(bytes, from, to - from, StandardCharsets.UTF_8))
                            .isEqualTo(lines.get((int) number - 1));
                    numbers.add(number);
                });
        assertThat(summary.lines()).isEqualTo(lines.size());
        assertThat(summary.bad())
                .isEqualTo(lines.stream().filter(line -> parse(line) == null).count());
        return numbers;
    }

    private List<Long> expected(Predicate<JsonNode> wanted) {
        List<Long> numbers = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            JsonNode node = parse(lines.get(i));
            if (node != null && wanted.test(node)) {
                numbers.add(i + 1L);
            }
        }
        return numbers;
    }

    private static @Nullable JsonNode parse(String line) {
        try {
            JsonNode node = Entry.MAPPER
                    .reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .without(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // any exponent is JSON
                    .readTree(line);
            return node != null && node.isObject() ? node : null;
        } catch (IOException e) {
            return null;
        }
    }

    @Test
    void shouldFindTheErrorsThatAFullParseFinds() {
        List<Long> expected = expected(node -> {
            String level = node.path("level").asText("").toUpperCase(Locale.ROOT);
            return List.of("ERROR", "CRITICAL").contains(level);
        });
        assertThat(expected).hasSizeGreaterThan(500);
        assertThat(found(new RecordFilter().level(Level.ERROR))).isEqualTo(expected);
    }

    @Test
    void shouldFindFieldsOfNestedObjectsThatAFullParseFinds() {
        List<Long> expected = expected(node -> {
            JsonNode own = node.path("session_id");
            JsonNode value =
                    own.isMissingNode() || own.isNull() ? node.path("data").path("session_id") : own;
            return value.isTextual() && value.asText().equals("ERROR");
        });
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(found(new RecordFilter().session("ERROR"))).isEqualTo(expected);
    }

    @Test
    void shouldFindPathsThatAFullParseFinds() {
        List<Long> expected =
                expected(node -> node.path("data").path("x").asText("").equals("INFO"));
        assertThat(expected).isNotEmpty();
        assertThat(found(new RecordFilter().where("data.x=INFO"))).isEqualTo(expected);
    }

    @Test
    void shouldFindWhatJqFinds() throws IOException, InterruptedException {
        Assumptions.assumeTrue(hasJq(), "jq is not installed: test skipped");
        Path valid = Files.write(
                folder.resolve("valid.log"),
                lines.stream()
                        .filter(line -> parse(line) != null)
                        .filter(line ->
                                !line.replace("\\ud83d\\ude00", "").contains("\\ud")) // jq takes no half of a pair
                        .toList());
        String selection = "select(.level == \"ERROR\" or .level == \"CRITICAL\")";
        List<String> expected = jq(selection, valid);
        List<String> ours = new ArrayList<>();
        LogSearch.of(new RecordFilter().where("level~^(ERROR|CRITICAL)$"))
                .run(
                        List.of(new LogSource("valid.log", valid, null)),
                        (kind, bytes, from, to, source, number) ->
                                ours.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
        assertThat(expected).hasSizeGreaterThan(100);
        assertThat(jq(".", Files.write(folder.resolve("ours.log"), ours))).isEqualTo(expected);
    }

    private List<String> jq(String program, Path input) throws IOException, InterruptedException {
        Path out = folder.resolve("jq.out");
        Process process = new ProcessBuilder("jq", "-c", program, input.toString())
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.waitFor()).isZero();
        return Files.readAllLines(out);
    }

    private static boolean hasJq() throws InterruptedException {
        try {
            return new ProcessBuilder("jq", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
