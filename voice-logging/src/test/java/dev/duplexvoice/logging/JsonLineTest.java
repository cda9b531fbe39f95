package dev.duplexvoice.logging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.duplexvoice.VoiceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

class JsonLineTest {
    @TempDir
    private Path folder;

    @Test
    void shouldWriteTheSchemaInItsOrder() {
        try (Written written = Written.json(folder)) {
            written.log("voice.Orders")
                    .atInfo()
                    .addKeyValue("duration_ms", 12.5)
                    .addKeyValue("model_id", "rms")
                    .addKeyValue("session_id", "s-1")
                    .addKeyValue("queue_size", 50)
                    .log("Session {}", "started");
            assertThat(written.text(LogCategory.APP))
                    .matches(
                            "\\{\"timestamp\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z\",\"level\":\"INFO\","
                                    + "\"logger\":\"voice\\.Orders\",\"message\":\"Session started\",\"service\":\"test\","
                                    + "\"session_id\":\"s-1\",\"model_id\":\"rms\",\"duration_ms\":12\\.5,"
                                    + "\"metadata\":\\{\"queue_size\":50}}\n");
        }
    }

    @Test
    void shouldKeepAllValuesWhenNamesAreTheSameOnceTheyAreRedacted() {
        try (Written written = Written.json(folder)) {
            Map<String, Object> calls = new LinkedHashMap<>();
            calls.put("jo@example.com", 1);
            calls.put("al@example.com", 2);
            written.log("l").atInfo().addKeyValue("calls", calls).log("m");
            assertThat(written.line().get("metadata")).isEqualTo(Map.of("calls", Map.of("[EMAIL]", 1, "[EMAIL]#2", 2)));
        }
    }

    @Test
    void shouldNameLevelsAsTheSchemaDoes() {
        try (Written written = Written.json(folder)) {
            written.logging.levels().set(LogLevel.DEBUG);
            var log = written.log("l");
            log.debug("m");
            log.info("m");
            log.warn("m");
            log.error("m");
            log.error(LogMarkers.CRITICAL, "m");
            log.atError().addMarker(LogMarkers.CRITICAL).log("m");
            assertThat(written.lines(LogCategory.APP))
                    .extracting(line -> line.get("level"))
                    .containsExactly("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL", "CRITICAL");
        }
    }

    @Test
    void shouldTakeIdsOfTheMdcAndPreferThoseOfTheLine() {
        MDC.put("request_id", "r-1");
        MDC.put("session_id", "of-mdc");
        MDC.put("trace_id", "0af7651916cd43dd8448eb211c80319c");
        MDC.put("span_id", "b7ad6b7169203331");
        MDC.put("tenant", "blue");
        try (Written written = Written.json(folder)) {
            written.log("l").atInfo().addKeyValue("session_id", "of-line").log("m");
            assertThat(written.line())
                    .contains(
                            entry("request_id", "r-1"),
                            entry("session_id", "of-line"),
                            entry("trace_id", "0af7651916cd43dd8448eb211c80319c"),
                            entry("span_id", "b7ad6b7169203331"),
                            entry("metadata", Map.of("tenant", "blue")));
        } finally {
            MDC.clear();
        }
    }

    @Test
    void shouldTellTypeMessageTraceAndRemedyOfAnException() {
        try (Written written = Written.json(folder)) {
            Exception cause = new IllegalStateException("inner");
            VoiceException thrown = new VoiceException(VoiceException.Code.NOT_FOUND, "voice=x: unknown", cause);
            thrown.addSuppressed(new java.io.IOException("on close"));
            written.log("l").atError().setCause(thrown).log("m");
            Map<String, Object> line = written.line();
            assertThat(line)
                    .contains(entry("error_type", "VoiceException"), entry("error_message", "voice=x: unknown"));
            assertThat(line.get("resolution").toString()).contains("voice models list");
            assertThat(line.get("traceback").toString())
                    .startsWith(
                            "dev.duplexvoice.VoiceException: voice=x: unknown\n\tat " + JsonLineTest.class.getName())
                    .contains(
                            "\tSuppressed: java.io.IOException: on close\n",
                            "Caused by: java.lang.IllegalStateException: inner\n")
                    .containsPattern("\t\\.\\.\\. \\d+ more\n");
            assertThat(written.lines(LogCategory.ERRORS)).containsExactly(line);
        }
    }

    @Test
    void shouldLetNoFieldTakeThePlaceOfAnother() {
        try (Written written = Written.json(folder)) {
            written.log("l")
                    .atInfo()
                    .addKeyValue("level", "CRITICAL")
                    .addKeyValue("message", "forged")
                    .addKeyValue("queue", 1)
                    .addKeyValue("queue", 2)
                    .addKeyValue("metadata", Map.of("a", 1))
                    .log("m");
            // The parser refuses names that come twice.
            assertThat(written.line())
                    .contains(
                            entry("level", "INFO"),
                            entry("message", "m"),
                            entry("metadata", Map.of("a", 1, "level", "CRITICAL", "message", "forged", "queue", 2)));
        }
    }

    @Test
    void shouldBeOneLineWhateverIsLogged() {
        String nasty =
                "a\n{\"level\":\"CRITICAL\"}\r\nb\u0000\u001b[31m\u0085\u2028\u2029\u202e\ud800x\udc00 \ud83d\ude00";
        try (Written written = Written.json(folder)) {
            written.log("l")
                    .atInfo()
                    .addKeyValue(nasty, nasty)
                    .addKeyValue("worker", nasty)
                    .log(nasty);
            assertThat(written.text(LogCategory.APP).split("\\R|\u0085|\u2028|\u2029"))
                    .hasSize(1);
            assertThat(written.line().get("message"))
                    .isEqualTo(
                            "a\n{\"level\":\"CRITICAL\"}\r\nb\u0000\u001b[31m\\u0085\\u2028\\u2029\\u202e\\ud800x\\udc00 \ud83d\ude00");
        }
    }

    @Test
    void shouldCutWhatIsTooLongAndSaySo() {
        String long10 = "x".repeat(10 << 20);
        try (Written written = Written.json(folder)) {
            written.log("l")
                    .atInfo()
                    .addKeyValue("body", long10)
                    .setCause(new Exception(long10))
                    .log(long10);
            assertThat(written.text(LogCategory.APP)).hasSizeLessThan(400_000);
            assertThat(written.line().get("message").toString())
                    .hasSizeLessThan(66_000)
                    .endsWith("xxx... [cut: 10485760 characters]");
            assertThat(written.line().get("traceback").toString()).contains("[cut: 10485760 characters]");
        }
    }

    @Test
    void shouldWriteNestedDataAndNothingOfUnknownObjects() {
        Map<String, Object> cyclic = new HashMap<>();
        cyclic.put("self", cyclic);
        Object throwing = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no");
            }
        };
        try (Written written = Written.json(folder)) {
            written.log("l")
                    .atInfo()
                    .addKeyValue("list", List.of(1, "two", Map.of("three", 3.5), new int[] {4}))
                    .addKeyValue("took", Duration.ofMillis(3))
                    .addKeyValue("nan", Double.NaN)
                    .addKeyValue("pcm", new byte[960])
                    .addKeyValue("cyclic", cyclic)
                    .addKeyValue("bad", throwing)
                    .addKeyValue("nothing", (Object) null)
                    .log("m");
            Map<?, ?> metadata = (Map<?, ?>) written.line().get("metadata");
            assertThat(metadata.get("list")).isEqualTo(List.of(1, "two", Map.of("three", 3.5), List.of(4)));
            assertThat(metadata.get("took")).isEqualTo("PT0.003S");
            assertThat(metadata.get("nan")).isNull();
            assertThat(metadata.get("pcm")).isEqualTo("[960 elements]");
            assertThat(metadata.get("cyclic").toString()).contains("[...]");
            assertThat(metadata.get("bad").toString()).contains("its text threw IllegalStateException");
            assertThat(metadata.containsKey("nothing")).isTrue();
        }
    }

    @Test
    void shouldWriteWhatWasSaidOnlyIfAskedFor(@TempDir Path second) {
        try (Written written = Written.json(folder)) {
            written.log("l").atInfo().addKeyValue("text", "I was born in May").log("m");
            assertThat(written.line().get("metadata")).isEqualTo(Map.of("text", "[TEXT 17 characters]"));
        }
        try (Written written = new Written(second, LoggingOptions.server("test").spokenText(true))) {
            written.log("l").atInfo().addKeyValue("text", "I was born in May").log("m");
            assertThat(written.line().get("metadata")).isEqualTo(Map.of("text", "I was born in May"));
        }
    }

    @Test
    void shouldBeUtf8() {
        try (Written written = Written.json(folder)) {
            written.log("l").info("Grüße, 世界");
            assertThat(written.line().get("message")).isEqualTo("Grüße, 世界");
            assertThat(written.text(LogCategory.APP).getBytes(StandardCharsets.UTF_8))
                    .isNotEmpty();
        }
    }
}
