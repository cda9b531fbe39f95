package dev.duplexvoice.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

class VoiceLoggingTest {
    @TempDir
    private Path folder;

    private static List<Object> messages(Written written, LogCategory category) {
        return written.lines(category).stream().map(line -> line.get("message")).toList();
    }

    @Test
    void shouldWriteEachCategoryToItsFolder() {
        try (Written written = Written.json(folder)) {
            written.log("dev.duplexvoice.Session").info("app");
            written.log("dev.duplexvoice.Session").error("failed");
            written.log("dev.duplexvoice.auditor").info("no audit");
            written.logging
                    .auditLog()
                    .by("operator-7")
                    .did("session.close")
                    .session("s-1")
                    .from("10.0.0.7")
                    .details(Map.of("reason", "asked for"))
                    .succeeded();
            written.logging
                    .securityLog()
                    .event("token_issued", SecurityLog.Severity.LOW)
                    .client("10.0.0.8")
                    .log();
            written.logging
                    .securityLog()
                    .event("authentication_failure", SecurityLog.Severity.MEDIUM)
                    .reason("invalid_token")
                    .log();
            written.logging
                    .slowOperations(SlowOperations.Thresholds.DEFAULT)
                    .languageModel("s-1", "s-1-1", Duration.ofMillis(5_200));
            written.logging.accessLog().request("GET", "/health").status(200).log();

            assertThat(messages(written, LogCategory.APP))
                    .containsExactly(
                            "app",
                            "failed",
                            "no audit",
                            "authentication_failure",
                            "Slow LLM response: 5.2 s (expected < 3.0 s)");
            assertThat(messages(written, LogCategory.ERRORS)).containsExactly("failed");
            assertThat(messages(written, LogCategory.SECURITY))
                    .containsExactly("token_issued", "authentication_failure");
            assertThat(written.lines(LogCategory.PERFORMANCE).get(0))
                    .contains(
                            entry("level", "WARNING"),
                            entry("session_id", "s-1"),
                            entry("turn_id", "s-1-1"),
                            entry("operation", "llm"),
                            entry("duration_ms", 5200.0));
            assertThat(written.lines(LogCategory.AUDIT)).hasSize(1);
            assertThat(written.lines(LogCategory.AUDIT).get(0))
                    .contains(
                            entry("message", "session.close: success by operator-7"),
                            entry("session_id", "s-1"),
                            entry("client_ip", "10.0.0.7"),
                            entry("operation", "session.close"),
                            entry(
                                    "metadata",
                                    Map.of(
                                            "actor",
                                            "operator-7",
                                            "outcome",
                                            "success",
                                            "details",
                                            Map.of("reason", "asked for"))));
            assertThat(written.text(LogCategory.ACCESS)).contains("\"GET /health HTTP/1.1\" 200 -");
        }
    }

    @Test
    void shouldWriteAccessInCombinedLogFormat() {
        try (Written written = Written.json(folder)) {
            written.logging
                    .accessLog()
                    .request("POST", "/sessions?token=abcdefghij0123456789")
                    .client("127.0.0.1")
                    .user("ann lee")
                    .status(200)
                    .bytes(234)
                    .userAgent("curl/8.5 \"x\"\n127.0.0.1 - - forged \\")
                    .took(Duration.ofMillis(3))
                    .log();
            assertThat(written.text(LogCategory.ACCESS))
                    .matches("127\\.0\\.0\\.1 - ann_lee \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000] "
                            + "\"POST /sessions\\?token=\\[TOKEN] HTTP/1\\.1\" 200 234 \"-\" "
                            + "\"curl/8\\.5 \\\\\"x\\\\\"\\\\x0a127\\.0\\.0\\.1 - - forged \\\\\\\\\"\n");
        }
    }

    @Test
    void shouldWriteAuditWhateverTheLevelIs() {
        try (Written written = new Written(folder, LoggingOptions.server("test").level(LogLevel.CRITICAL))) {
            written.logging.auditLog().by("a").did("x").denied("no right to");
            assertThat(written.lines(LogCategory.AUDIT)).hasSize(1);
        }
    }

    @Test
    void shouldChangeLevelsWhileItRuns() {
        try (Written written = Written.json(folder)) {
            LogLevels levels = written.logging.levels();
            Logger one = written.log("a.b.One");
            Logger two = written.log("a.c.Two");
            one.debug("1");
            levels.set("a.b", LogLevel.DEBUG);
            one.debug("2");
            two.debug("3");
            levels.set(LogLevel.ERROR);
            two.warn("4");
            one.debug("5");
            levels.set("a.c", LogLevel.CRITICAL);
            two.error("6");
            two.error(LogMarkers.CRITICAL, "7");
            two.atError().addMarker(LogMarkers.CRITICAL).log("8");
            one.error("9");
            assertThat(levels.get("a.c.Two")).isEqualTo(LogLevel.CRITICAL);
            assertThat(levels.get("a.b.One")).isEqualTo(LogLevel.DEBUG);
            assertThat(levels.get("")).isEqualTo(LogLevel.ERROR);
            assertThat(levels.all()).containsEntry("a.c", LogLevel.CRITICAL).containsEntry("ROOT", LogLevel.ERROR);
            levels.clear("a.c");
            two.error("10");
            assertThat(messages(written, LogCategory.APP)).containsExactly("2", "5", "7", "8", "9", "10");
            assertThatThrownBy(() -> levels.set("a b\n", LogLevel.INFO)).hasMessageContaining("logger=");
            assertThatThrownBy(() -> levels.clear("root")).hasMessageContaining("must have a level");
        }
    }

    @Test
    void shouldQuietenLibrariesUnlessTold() {
        try (Written written = new Written(
                folder,
                LoggingOptions.server("test").level(LogLevel.DEBUG).level("io.netty.handler", LogLevel.DEBUG))) {
            written.log("io.lettuce.core.RedisClient").info("1");
            written.log("org.eclipse.jetty.server.Server").debug("2");
            written.log("io.grpc.netty.X").warn("3");
            written.log("io.netty.handler.Y").debug("4");
            written.log("dev.duplexvoice.Z").debug("5");
            assertThat(messages(written, LogCategory.APP)).containsExactly("3", "4", "5");
        }
    }

    @Test
    void shouldLogRequestsCutAndWithoutSecretsInDebugModeOnly() {
        try (Written written = Written.json(folder)) {
            DebugLog debug = written.logging.debugLog();
            debug.request("tts", "{}");
            written.logging.debugMode(true);
            debug.request("tts", "{\"api_key\":\"abcdefghijklmnop\",\"x\":\"" + "y".repeat(5_000) + "\"}");
            debug.spokenResponse("llm", "That is a great question!", Duration.ofMillis(2_300));
            written.logging.debugMode(false);
            debug.request("tts", "{}");
            List<Map<String, Object>> lines = written.lines(LogCategory.APP);
            assertThat(lines).hasSize(2);
            Map<?, ?> first = (Map<?, ?>) lines.get(0).get("metadata");
            assertThat(first.get("body").toString())
                    .startsWith("{\"api_key\":\"abcd...\",\"x\":\"yyy")
                    .hasSize(203);
            assertThat(first.get("length")).isEqualTo(5_037);
            assertThat(lines.get(1).get("metadata")).isEqualTo(Map.of("length", 25));
            assertThat(lines.get(1)).contains(entry("duration_ms", 2300.0), entry("level", "DEBUG"));
        }
    }

    @Test
    void shouldWarnOfMuchMemoryOnceUntilThereIsLess() {
        try (Written written = Written.json(folder)) {
            SlowOperations slow = written.logging.slowOperations(SlowOperations.Thresholds.DEFAULT);
            for (long bytes :
                    new long[] {1_400_000_000L, 1_800_000_000L, 1_900_000_000L, 1_450_000_000L, 1_800_000_000L}) {
                slow.memory(bytes);
            }
            slow.memory(1_000_000_000L);
            slow.memory(1_600_000_000L);
            slow.context(null, null, 4_200);
            slow.context(null, null, 2_500);
            assertThat(messages(written, LogCategory.PERFORMANCE))
                    .containsExactly(
                            "High memory usage: 1.8 GB (threshold: 1.5 GB)",
                            "High memory usage: 1.6 GB (threshold: 1.5 GB)",
                            "Large context: 4200 tokens (recommended < 2500)");
            assertThat(MemoryWatch.bytes()).isGreaterThan(10_000_000L);
        }
    }

    @Test
    void shouldWriteTextThatNoMessageCanForge() {
        try (Written written = new Written(folder, LoggingOptions.server("test").format(LoggingOptions.Format.TEXT))) {
            written.log("a.B")
                    .atError()
                    .addKeyValue("session_id", "s 1\n")
                    .addKeyValue("queue", "a \"b\"\n2026-01-01 forged")
                    .setCause(new IllegalStateException("x\n2026-01-01T00:00:00.000000Z INFO [l] - forged"))
                    .log("m\r\n2026-01-01T00:00:00.000000Z INFO [l] - forged");
            written.log("a.B").info("plain");
            List<String> lines = written.text(LogCategory.APP).lines().toList();
            assertThat(lines.get(0))
                    .matches(
                            "\\S{27} ERROR \\[a\\.B] session=s_1\\\\n - m\\\\r\\\\n2026-01-01T00:00:00\\.000000Z INFO \\[l] - forged"
                                    + " queue=\"a \\\\\"b\\\\\"\\\\n2026-01-01 forged\"");
            assertThat(lines.get(lines.size() - 1)).matches("\\S{27} INFO \\[a\\.B] - plain");
            assertThat(lines.subList(1, lines.size() - 1))
                    .hasSizeGreaterThan(3)
                    .allMatch(line -> line.startsWith("    "));
        }
    }

    @Test
    void shouldGoOnAndSayOnceThatNothingCanBeWritten() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        PrintStream before = System.err;
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
        LoggerContext context = new LoggerContext();
        try (VoiceLogging logging = VoiceLogging.configure(
                LoggingOptions.server("test")
                        .folder(file)
                        .console(LoggingOptions.Console.STDERR)
                        .build(),
                context)) {
            for (int i = 0; i < 100; i++) {
                context.getLogger("l").info("line {}", i);
            }
            assertThat(logging.flush()).isTrue();
            assertThat(logging.statistics().failures()).isEqualTo(6);
            assertThat(logging.statistics().lost()).isEqualTo(100);
            assertThat(logging.statistics().written()).as("on the console").isEqualTo(101);
        } finally {
            System.setErr(before);
        }
        String shown = err.toString(StandardCharsets.UTF_8);
        assertThat(shown.split("A log file cannot be written", -1)).hasSize(2);
        assertThat(shown).contains("line 0", "line 99");
    }

    @Test
    void shouldHoldUpNobodyWhenTheDiskHangs() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        long[] counts = new long[2];
        AtomicInteger refused = new AtomicInteger();
        LineSink sink = new LineSink() {
            @Override
            public void write(byte[] line) {
                try {
                    hangs.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                counts[0]++;
            }

            @Override
            public void flush() {}

            @Override
            public void refused() {
                refused.incrementAndGet();
            }

            @Override
            public void lost(long lines) {
                counts[1] += lines;
            }

            @Override
            public void close() {}
        };
        int taken = 0;
        try (LineQueue queue = new LineQueue(sink, "test", 10_000)) {
            for (int i = 0; i < 1_000; i++) {
                taken += queue.offer(new byte[100]) ? 1 : 0;
            }
            assertThat(taken).isBetween(100, 201);
            assertThat(refused).as("counted while the disk hangs").hasValue(1_000 - taken);
            hangs.countDown();
            assertThat(queue.flush(30, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            queue.offer(new byte[1]);
        }
        assertThat(counts[0]).isEqualTo(taken + 1);
        assertThat(counts[1]).isEqualTo(1_000 - taken);
    }

    @Test
    void shouldWriteTheNextLineWhenOneCannotBeTaken() throws Exception {
        List<String> written = new CopyOnWriteArrayList<>();
        AtomicInteger refused = new AtomicInteger();
        LineSink sink = new LineSink() {
            @Override
            public void write(byte[] line) {
                String text = new String(line, StandardCharsets.UTF_8);
                if (text.equals("huge")) {
                    throw new OutOfMemoryError("for a test");
                }
                written.add(text);
            }

            @Override
            public void flush() {}

            @Override
            public void refused() {
                refused.incrementAndGet();
            }

            @Override
            public void lost(long lines) {}

            @Override
            public void close() {}
        };
        try (LineQueue queue = new LineQueue(sink, "test", 10_000)) {
            for (String line : List.of("one", "huge", "two")) {
                queue.offer(line.getBytes(StandardCharsets.UTF_8));
                assertThat(queue.flush(30, java.util.concurrent.TimeUnit.SECONDS))
                        .isTrue();
            }
        }
        assertThat(written).containsExactly("one", "two");
        assertThat(refused).hasValue(1);
    }

    @Test
    void shouldServeAHostsOwnConfiguration() throws Exception {
        String xml = """
                <configuration>
                  <define name="LEVEL" class="dev.duplexvoice.logging.LevelDefiner">
                    <key>NO_SUCH_VARIABLE</key>
                    <otherwise>WARNING</otherwise>
                  </define>
                  <appender name="AUDIT" class="dev.duplexvoice.logging.LogFileAppender">
                    <file>%s/audit.log</file>
                    <async>false</async>
                    <maxFiles>0</maxFiles>
                    <retentionDays>2557</retentionDays>
                    <filter class="dev.duplexvoice.logging.CategoryFilter"><category>audit</category></filter>
                    <encoder class="dev.duplexvoice.logging.JsonLineEncoder">
                      <service>orders</service>
                      <spokenText>false</spokenText>
                      <longestMessage>1000</longestMessage>
                      <referenceVoices>/srv/people</referenceVoices>
                    </encoder>
                  </appender>
                  <logger name="dev.duplexvoice.audit" level="INFO"/>
                  <root level="${LEVEL}"><appender-ref ref="AUDIT"/></root>
                </configuration>
                """.formatted(folder);
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        assertThat(context.getLogger("x").getEffectiveLevel()).isEqualTo(ch.qos.logback.classic.Level.WARN);
        context.getLogger("other").error("not audit");
        new AuditLog(context.getLogger("dev.duplexvoice.audit"))
                .by("a")
                .did("read /srv/people/jo.wav")
                .succeeded();
        context.stop();
        assertThat(Written.parse(Files.readString(folder.resolve("audit.log")).strip()))
                .contains(entry("service", "orders"), entry("operation", "read [REDACTED]"));
    }

    @Test
    void shouldSetUpTheProcessAndTakeInWhatLibrariesLogByJava() throws Exception {
        Path file = folder.resolve("app/test.log");
        VoiceLogging logging = VoiceLogging.configure(LoggingOptions.server("test")
                .console(LoggingOptions.Console.NONE)
                .folder(folder)
                .build());
        try {
            LoggerFactory.getLogger("slf4j").info("1");
            java.util.logging.Logger.getLogger("some.library").warning("2");
            java.util.logging.Logger.getLogger("io.grpc.netty").info("3");
            java.util.logging.Logger.getLogger("some.library").fine("4");
            assertThat(logging.flush()).isTrue();
            assertThat(Files.readAllLines(file))
                    .map(line -> Written.parse(line).get("logger"))
                    .containsExactly("slf4j", "some.library");
        } finally {
            logging.close();
            logging.close();
            SLF4JBridgeHandler.uninstall();
            ((LoggerContext) LoggerFactory.getILoggerFactory()).reset();
            ((LoggerContext) LoggerFactory.getILoggerFactory())
                    .getLogger("ROOT")
                    .setLevel(ch.qos.logback.classic.Level.OFF);
        }
        LoggerFactory.getLogger("slf4j").error("after the end");
        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void shouldReadTheEnvironment() {
        Map<String, String> environment = Map.of(
                "VOICE_LOG_LEVEL",
                "warn",
                "VOICE_LOG_FORMAT",
                "text",
                "VOICE_LOG_ROTATION",
                "daily",
                "VOICE_LOG_FOLDER",
                "logs");
        LoggingOptions options =
                LoggingOptions.fromEnvironment("s", environment::get).build();
        assertThat(options.level).isEqualTo(LogLevel.WARNING);
        assertThat(options.format).isEqualTo(LoggingOptions.Format.TEXT);
        assertThat(options.rotation).isEqualTo(LogRotation.DAILY);
        assertThat(options.folder).isEqualTo(Path.of("logs"));
        assertThatThrownBy(() -> LoggingOptions.fromEnvironment("s", name -> "maybe"))
                .hasMessage("VOICE_LOG_LEVEL=maybe: must be DEBUG, INFO, WARNING, ERROR or CRITICAL");
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        assertThatThrownBy(() -> LoggingOptions.server("../x")).hasMessageContaining("service=../x");
        assertThatThrownBy(() -> LogRotation.bySize(10, 1)).hasMessageContaining("maxBytes=10");
        assertThatThrownBy(() -> LoggingOptions.server("s").retention(LogCategory.APP, Period.ZERO))
                .hasMessageContaining("retention=P0D");
        assertThatThrownBy(() -> new CategoryFilter().setCategory("x")).hasMessageContaining("category=x");
    }
}
