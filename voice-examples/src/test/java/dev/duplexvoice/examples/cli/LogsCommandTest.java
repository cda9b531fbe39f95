package dev.duplexvoice.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogsCommandTest {
    private static final String INFO =
            "{\"timestamp\":\"2025-10-05T14:00:00.5Z\",\"level\":\"INFO\",\"logger\":\"a.b\",\"message\":\"started\",\"session_id\":\"s1\",\"duration_ms\":700}\n";
    private static final String ERROR =
            "{\"timestamp\":\"2025-10-05T14:00:01Z\",\"level\":\"ERROR\",\"logger\":\"a\",\"message\":\"failed\",\"session_id\":\"s1\",\"error_type\":\"TimeoutError\",\"data\":{\"level\":\"INFO\"}}\n";
    private static final String NESTED =
            "{\"timestamp\":\"2025-10-05T14:00:02Z\",\"level\":\"INFO\",\"message\":\"in \\\"level\\\":\\\"ERROR\\\"\",\"context\":{\"level\":\"ERROR\",\"session_id\":\"s2\"},\"metadata\":{\"latency_ms\":800}}\n";
    private static final String TEXT =
            "2025-10-05 14:00:00,750 CRITICAL [w] session=s1 - out of memory\nTraceback (most recent call last):\n  File \"x.py\"\n[INFO] fine\n";

    @TempDir
    private Path folder;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static byte[] gzip(String content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static Cli logs(Object... args) {
        Object[] all = new Object[args.length + 1];
        all[0] = "logs";
        System.arraycopy(args, 0, all, 1, args.length);
        return Cli.run(all);
    }

    private static JsonNode json(Cli run) throws IOException {
        assertThat(run.code).as(run.err).isZero();
        return new ObjectMapper().readTree(run.out);
    }

    @Test
    void shouldPrintErrorsAsTheyWereLoggedAndCountTheirTypes() throws IOException {
        Path a = write("a.log", INFO + ERROR + NESTED);
        Path b = write("b.log", TEXT);
        Cli run = logs("errors", a, b);
        assertThat(run.code).isZero();
        assertThat(run.out)
                .isEqualTo(ERROR
                        + "2025-10-05 14:00:00,750 CRITICAL [w] session=s1 - out of memory\n"
                        + "Traceback (most recent call last):\n  File \"x.py\"\n");
        assertThat(run.err).contains("1  TimeoutError", "1  out of memory");
    }

    @Test
    void shouldPutCountsBehindTextAndIntoJson() throws IOException {
        Path a = write("a.log", INFO + ERROR + ERROR);
        assertThat(logs("errors", a, "--format", "text").out)
                .contains("2025-10-05T14:00:01Z ERROR [a] session=s1 - failed error_type=TimeoutError")
                .endsWith("\n        2  TimeoutError\n");
        assertThat(logs("errors", a, "--summary").out).isEqualTo("        2  TimeoutError\n");
        JsonNode result = json(logs("errors", a, "--json"));
        assertThat(result.at("/by_type/TimeoutError").asInt()).isEqualTo(2);
        assertThat(result.at("/entries/1/_line").asInt()).isEqualTo(3);
        assertThat(result.at("/entries/0/data/level").asText()).isEqualTo("INFO");
        assertThat(result.get("lines").asInt()).isEqualTo(3);
    }

    @Test
    void shouldFindASessionWhereverItsIdIs() throws IOException {
        Path a = write("a.log", INFO + ERROR + NESTED + TEXT);
        assertThat(logs("session", "s2", a).out).isEqualTo(NESTED);
        assertThat(logs("session", "s1", a, "--level", "CRITICAL").out).startsWith("2025-10-05 14:00:00,750");
        assertThat(logs("session", "none", a).err).contains("no line passed, of 7");
    }

    @Test
    void shouldMergeATimelineByTime() throws IOException {
        Path a = write("a.log", ERROR + INFO);
        Path b = write("b.log", TEXT);
        Cli run = logs("timeline", "s1", a, b, "--format", "text");
        assertThat(run.out.lines().map(line -> line.replaceAll(" 2025.*", "").replace(folder.toString(), "")))
                .containsExactly(
                        "     +0.000s /a.log:2:",
                        "     +0.250s /b.log:1:",
                        "    Traceback (most recent call last):",
                        "      File \"x.py\"",
                        "     +0.500s /a.log:1:");
        assertThat(run.err).contains("earlier than the one before them in their file: 1 (");
        JsonNode result = json(logs("timeline", "s1", a, b, "--json"));
        assertThat(result.at("/entries/1/traceback").asText()).startsWith("Traceback");
        assertThat(result.at("/entries/2/_t").decimalValue()).isEqualByComparingTo("0.5");
    }

    @Test
    void shouldFindSlowOperations() throws IOException {
        Path a = write("a.log", INFO + ERROR + NESTED + "[WARNING] Slow LLM response: 5.2s (expected < 3s)\n");
        assertThat(logs("slow", a).out.lines()).hasSize(3);
        assertThat(logs("slow", "--over", "750ms", a).out).startsWith(NESTED).doesNotContain("started");
        assertThat(logs("slow", "--over", "5s", a).out).startsWith("[WARNING]");
        assertThat(logs("slow", "--over", "100ms", "--field", "latency_ms", a).out)
                .isEqualTo(NESTED);
    }

    @Test
    void shouldSearchWithContext() throws IOException {
        Path a = write("a.log", "1\n2 x\n3\n4\n5\n6 X\n7\n");
        assertThat(logs("grep", "x", a, "-C", "1").out).isEqualTo("1\n2 x\n3\n");
        assertThat(logs("grep", "-i", "X$", a, "-B", "1", "-H").out)
                .isEqualTo("%1$s-1-1\n%1$s:2:2 x\n--\n%1$s-5-5\n%1$s:6:6 X\n".formatted(a));
        assertThat(logs("grep", "-v", "[xX]", a).out).isEqualTo("1\n3\n4\n5\n7\n");
        assertThat(logs("grep", "-F", ".", a).out).isEmpty();
        assertThat(logs("grep", "memory", write("b.log", TEXT), "-A", "2").out.lines())
                .hasSize(3);
    }

    @Test
    void shouldKeepToTimesLevelsLoggersAndConditions() throws IOException {
        Path a = write("a.log", INFO + ERROR + NESTED);
        assertThat(logs(a, "--since", "2025-10-05T14:00:01Z", "--until", "2025-10-05T14:00:02Z").out)
                .isEqualTo(ERROR);
        assertThat(logs(a, "--logger", "a").out).isEqualTo(INFO + ERROR);
        assertThat(logs(a, "--logger", "a.b").out).isEqualTo(INFO);
        assertThat(logs(a, "--level", "warn").out).isEqualTo(ERROR);
        assertThat(logs(a, "--where", "duration_ms>=700", "--where", "message~^st").out)
                .isEqualTo(INFO);
        assertThat(logs(a, "--where", "error_type!=TimeoutError").out).isEqualTo(INFO + NESTED);
        assertThat(logs(a, "--last", "1h").err).contains("the newest is of 2025-10-05T14:00:02.000000Z");
        assertThat(logs(a, "--tail", "1").out).isEqualTo(NESTED);
    }

    @Test
    void shouldCountAnyField() throws IOException {
        Path a = write("a.log", INFO + ERROR + NESTED + "[INFO] user_id=7 x\n");
        assertThat(logs("count", "--by", "level", a).out).isEqualTo("        3  INFO\n        1  ERROR\n");
        assertThat(logs("count", "--by", "metadata.latency_ms", a).out).isEqualTo("        1  800\n");
        assertThat(logs("count", "--by", "user_id", a).out).isEqualTo("        1  7\n");
        Cli wrong = logs("count", "--by", "eror_type", write("b.log", ERROR));
        assertThat(wrong.err).contains("records without eror_type: 1; the last one has timestamp, level");
        JsonNode result = json(logs("count", "--by", "session_id", a, "--json"));
        assertThat(result.at("/counts/s1").asInt()).isEqualTo(2);
        assertThat(result.get("without").asInt()).isEqualTo(1);
    }

    @Test
    void shouldExportCsvAndJson() throws IOException {
        Path a = write("a.log", "{\"message\":\"=1+1, \\\"x\\\"\",\"n\":-5}\n" + TEXT);
        assertThat(logs("export", "--csv", a, "--fields", "message,n").out)
                .isEqualTo("message,n\r\n\"'=1+1, \"\"x\"\"\",-5\r\n"
                        + "\"out of memory\nTraceback (most recent call last):\n  File \"\"x.py\"\"\",\r\nfine,\r\n");
        Path to = folder.resolve("out.json");
        Cli run = logs("export", "--json", a, "-o", to);
        assertThat(run.code).as(run.err).isZero();
        JsonNode array = new ObjectMapper().readTree(Files.readString(to));
        assertThat(array.isArray()).isTrue();
        assertThat(array.at("/1/level").asText()).isEqualTo("CRITICAL");
        assertThat(logs("export", a, "-o", a).code).isEqualTo(2);
        assertThat(Files.size(a)).isPositive();
    }

    @Test
    void shouldReadGzipAndSayWhenItIsCut() throws IOException {
        String much = (INFO + ERROR).repeat(20_000);
        assertThat(logs("errors", write("a.log.gz", gzip(much)), "--summary").out)
                .isEqualTo("    20000  TimeoutError\n");
        byte[] packed = gzip(much);
        Cli cut = logs("errors", write("b.log", Arrays.copyOf(packed, packed.length / 2)), "--json");
        assertThat(cut.code).isEqualTo(1);
        assertThat(cut.err).contains("b.log: the gzip data is cut off");
        JsonNode result = new ObjectMapper().readTree(cut.out);
        assertThat(result.get("selected").asInt()).isBetween(5_000, 15_000);
        assertThat(result.at("/problems/0").asText()).contains("b.log");
    }

    @Test
    void shouldReadStandardInput() throws IOException {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream(("x-1  | " + ERROR + INFO).getBytes(StandardCharsets.UTF_8)));
            assertThat(logs("-", "--level", "ERROR").out).isEqualTo("x-1  | " + ERROR);
            System.setIn(new ByteArrayInputStream(gzip(INFO + ERROR)));
            assertThat(logs("errors", "-", "-f").out).isEqualTo(ERROR);
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void shouldUnwrapWhatDockerKeepsInItsFiles() throws IOException {
        String line = new ObjectMapper()
                .writeValueAsString(java.util.Map.of("log", ERROR, "stream", "stdout", "time", "2025-10-05T14:00:09Z"));
        Path a = write("a.log", line + "\n");
        assertThat(logs("errors", a, "--format", "text").out).contains("session=s1 - failed");
        assertThat(logs("count", "--by", "error_type", a).out).contains("TimeoutError");
    }

    @Test
    void shouldCountAndShowBadLines() throws IOException {
        Path a = write("a.log", INFO + "{\"level\":\"ERR\nnot a line\n{\"a\" 1}\n" + ERROR);
        Cli run = logs("errors", a, "--json");
        assertThat(run.err)
                .contains("3 of 5 lines are no log lines: 1 cut off, 1 not JSON, 1 of no known form; the first: " + a
                        + ":2");
        assertThat(json(run).at("/bad_lines/total").asInt()).isEqualTo(3);
        assertThat(logs(a).out.lines()).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({"UTF-16LE,true", "UTF-16BE,true", "UTF-16LE,false", "UTF-16BE,false", "UTF-8,true"})
    void shouldReadOtherEncodings(String name, boolean mark) throws IOException {
        byte[] bytes =
                ((mark ? "\ufeff" : "") + ERROR.replace("failed", "é完\ud83d\ude00")).getBytes(Charset.forName(name));
        Cli run = logs("errors", write("a.log", bytes));
        assertThat(run.out).contains("é完\ud83d\ude00");
        assertThat(run.err).doesNotContain("no log lines");
    }

    @Test
    void shouldTellOfWhatIsNotUtf8AndReadLatin1WhenTold() throws IOException {
        Path a = write("a.log", ERROR.replace("failed", "café").getBytes(StandardCharsets.ISO_8859_1));
        Cli run = logs("errors", a);
        assertThat(run.out).contains("caf\ufffd");
        assertThat(run.err).contains("lines that are not UTF-8: 1 (", "--encoding latin1");
        assertThat(logs("errors", a, "--encoding", "latin1").out).contains("café");
    }

    @Test
    void shouldReadALineOfTenMegabytes() throws IOException {
        Path a = write("a.log", INFO + ERROR.replace("failed", "x".repeat(10_000_000)) + INFO);
        assertThat(logs("errors", a).out).hasSize(ERROR.length() - 6 + 10_000_000);
        assertThat(logs("errors", a, "--format", "text").out).contains("(9998000 more characters)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines", "text"})
    void shouldNotSteerTheTerminal(String format) throws IOException {
        Path a = write(
                "a\u001b[2J.log",
                ERROR.replace("failed", "\u001b]0;x\u0007 \\u001b[31m \u009b2J \u202e \u007f")
                        + "[ERROR] \u001b[2J\r\n{\"\u001b[2J");
        Cli run = logs("errors", a, "--format", format, "-H");
        assertThat(run.out + run.err).doesNotContainPattern("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]");
        assertThat(run.out).contains("\\u001b");
        assertThat(logs("export", "--csv", a).out).doesNotContain("\u001b");
        assertThat(logs("export", "--json", a).out).doesNotContain("\u001b");
        assertThat(logs(a, "--format", "text", "--color", "always", "--level", "ERROR").out)
                .contains("\u001b[31mERROR\u001b[0m")
                .doesNotContain("\u001b]", "\u001b[2J");
    }

    @Test
    void shouldKeepALongStackTraceWithItsError() throws IOException {
        String frames = "    at some.place.in.the.Program(Program.java:1)\n".repeat(30_000); // more than a block
        Path a = write("a.log", "[INFO] fine\n[ERROR] bad\n" + frames + "[INFO] fine\n" + frames);
        Cli run = logs("errors", a);
        assertThat(run.out).isEqualTo("[ERROR] bad\n" + frames);
        assertThat(run.err).doesNotContain("no log lines");
        assertThat(logs(write("b.log", frames), "--json").err).contains("30,000 of 30,000 lines are no log lines");
    }

    @Test
    void shouldSayWhatCannotBeReadAndReadTheRest() throws IOException {
        Path a = write("a.log", ERROR);
        Cli run = logs("errors", a, folder.resolve("none.log"), write("b.log", new byte[] {
            0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0
        }));
        assertThat(run.code).isEqualTo(1);
        assertThat(run.out).isEqualTo(ERROR);
        assertThat(run.err)
                .contains("none.log: there is no such file or folder", "b.log: packed with zstd: use zstdcat");
    }

    @Test
    void shouldFailInOneLineWhenThereIsNothingToRead() throws IOException {
        for (Path wrong : new Path[] {folder.resolve("none.log"), Files.createDirectory(folder.resolve("empty"))}) {
            Cli run = logs("errors", wrong);
            assertThat(run.code).isEqualTo(1);
            assertThat(run.out).isEmpty();
            assertThat(run.err).startsWith("voice: " + wrong).hasLineCount(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "logs errors F --last never|--last=never",
                "logs errors F --since tomorrow|--since=tomorrow",
                "logs errors F --since 2025-10-05 --until 2025-10-04|--until=2025-10-04",
                "logs errors F --since 1h --last 1h|--last=1h",
                "logs errors F --level loud|--level=loud",
                "logs errors F --where x|--where=x",
                "logs errors F --where a>b|--where=a>b",
                "logs errors F --where a~(|--where=a~(",
                "logs errors F --tail 0|--tail=0",
                "logs errors F --encoding klingon|--encoding=klingon",
                "logs errors F --format html|--format",
                "logs errors F --follow --json|--follow",
                "logs F - --follow|--follow",
                "logs slow F --over fast|--over=fast",
                "logs grep ( F|PATTERN=(",
                "logs grep x F -C -1|-C=-1",
                "logs timeline|ID",
                "logs session|ID",
                "logs count F|--by",
                "logs export F --csv --json|--csv and --json",
                "logs export F --fields a,,b|--fields=a,,b",
                "logs export F --json --fields a|--fields",
                "logs eror F|eror: there is no such file, and no such command",
                "logs F errors F|behind errors",
                "logs --level INFO errors F|behind errors"
            })
    void shouldBeWrongUsageInOneLine(String line, String named) throws IOException {
        String file = write("a.log", INFO).toString();
        Cli run = Cli.run((Object[])
                line.replaceAll("\\bF\\b", file.replace("\\", "\\\\")).split(" "));
        assertThat(run.code).as(run.err).isEqualTo(2);
        assertThat(run.out).isEmpty();
        assertThat(run.err).startsWith("voice: ").contains(named).hasLineCount(1);
    }

    @Test
    void shouldEndWhenNobodyReads() throws IOException {
        Path a = write("a.log", ERROR.repeat(50_000));
        Writer pipe = new Writer() {
            private int left = 100_000;

            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                left -= length;
                if (left < 0) {
                    throw new IOException("Broken pipe");
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Cli run = Cli.run(pipe, "logs", "errors", a);
        assertThat(run.code).isEqualTo(1);
        assertThat(run.err).doesNotContain("Broken pipe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"errors", "session", "timeline", "slow", "grep", "count", "export"})
    void shouldHelpWithAnExample(String command) {
        Cli run = logs(command, "--help");
        assertThat(run.code).isZero();
        assertThat(run.out).contains("voice logs " + command, "Example", "--since");
    }
}
