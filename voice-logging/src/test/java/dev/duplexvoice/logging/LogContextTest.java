package dev.duplexvoice.logging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.dialog.Utterance;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

class LogContextTest {
    @AfterEach
    void forget() {
        MDC.clear();
    }

    @Test
    void shouldPutBackWhatWasThere() {
        MDC.put("request_id", "outer");
        LogContext context = LogContext.with("request_id", "inner").and("session_id", "s");
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("request_id", "inner", "session_id", "s"));
        context.close();
        MDC.put("session_id", "later");
        context.close();
        assertThat(MDC.get("session_id")).isEqualTo("later");
        MDC.remove("session_id");
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("request_id", "outer"));
    }

    @Test
    void shouldGoWithTheWorkAndLeaveTheThreadAsItWas() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            thread.submit(() -> MDC.put("own", "1")).get();
            MDC.put("request_id", "r-1");
            Future<String> carried = thread.submit(LogContext.carry(() -> MDC.get("request_id") + MDC.get("own")));
            assertThat(carried.get()).isEqualTo("r-1null");
            List<String> seen = new ArrayList<>();
            LogContext.carrying(thread).execute(() -> seen.add(MDC.get("request_id")));
            assertThat(thread.submit(() -> MDC.get("request_id") + MDC.get("own"))
                            .get())
                    .isEqualTo("null1");
            assertThat(seen).containsExactly("r-1");
        } finally {
            thread.shutdownNow();
        }
    }

    private static final class Noted implements Reply {
        private final StringBuilder text = new StringBuilder();
        private boolean complete;
        private long tokens;

        @Override
        public void write(CharSequence more) {
            text.append(more);
        }

        @Override
        public void complete() {
            complete = true;
        }

        @Override
        public void detach() {}

        @Override
        public void fail(Throwable cause) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable action) {}

        @Override
        public void tokens(long input, long output) {
            tokens += input + output;
        }

        @Override
        public void allowInterruptions(boolean allow) {}
    }

    @Test
    void shouldTellOfSlowAnswersAndLongContextsOfAResponder(@TempDir Path folder) throws Exception {
        try (Written written = new Written(
                folder, LoggingOptions.server("test").debugMode(true).spokenText(true))) {
            SlowOperations slow =
                    written.logging.slowOperations(new SlowOperations.Thresholds(Duration.ofNanos(1), 100, 1));
            Noted reply = new Noted();
            Turn turn = new Turn(
                    "s-1",
                    "s-1-2",
                    "My mail is jo@example.com",
                    Duration.ofSeconds(1),
                    List.of(new Utterance(Utterance.Speaker.CALLER, "x".repeat(400), false)));
            written.logging
                    .responder(
                            (asked, to) -> {
                                to.write("I see.");
                                written.log("host").info("in between");
                            },
                            slow)
                    .respond(turn, reply);
            assertThat(reply.text).hasToString("I see.");
            List<Map<String, Object>> lines = written.lines(LogCategory.APP);
            assertThat(lines)
                    .allSatisfy(line ->
                            assertThat(line).containsEntry("session_id", "s-1").containsEntry("turn_id", "s-1-2"));
            assertThat(lines)
                    .extracting(line -> line.get("message").toString().replaceAll(":.*", ""))
                    .containsExactly("Large context", "Request", "in between", "Slow LLM response", "Response");
            assertThat(lines.get(1).get("metadata")).isEqualTo(Map.of("length", 25, "text", "My mail is [EMAIL]"));
            assertThat(lines.get(4).get("metadata")).isEqualTo(Map.of("length", 6, "text", "I see."));
            assertThat(MDC.get("session_id")).isNull();
        }
    }

    @Test
    void shouldNameTheModelAndTellTheTokensOfTheResponderThatItWatches(@TempDir Path folder) throws Exception {
        Responder model = new Responder() {
            @Override
            public void respond(Turn turn, Reply reply) {
                reply.tokens(700, 30);
                reply.write("I see.");
            }

            @Override
            public String model() {
                return "small-talk-7b";
            }
        };
        try (Written written = new Written(folder, LoggingOptions.server("test"))) {
            SlowOperations slow = written.logging.slowOperations(SlowOperations.Thresholds.DEFAULT);
            for (Responder watched : List.of(written.logging.responder(model, slow), slow.watch(model))) {
                Noted reply = new Noted();
                watched.respond(new Turn("s", "t", "Hm?", Duration.ZERO, List.of()), reply);
                assertThat(watched.model()).isEqualTo("small-talk-7b");
                assertThat(reply.tokens).isEqualTo(730);
                assertThat(reply.text).hasToString("I see.");
            }
        }
    }

    @Test
    void shouldWarnOfWhatAnEngineTellsWhenNobodyWatchesTheResponder(@TempDir Path folder) throws Exception {
        try (Written written = new Written(folder, LoggingOptions.server("test"))) {
            VoiceTelemetry slow = written.logging
                    .slowOperations(SlowOperations.Thresholds.DEFAULT)
                    .telemetry();
            SessionInfo session = new SessionInfo("s-1", "in_process", "rms", "flite", false, Map.of());
            slow.on(responded(session, 3_000, 2_500));
            slow.on(responded(session, 3_100, 2_501));
            assertThat(written.lines(LogCategory.PERFORMANCE))
                    .allSatisfy(line ->
                            assertThat(line).containsEntry("session_id", "s-1").containsEntry("turn_id", "s-1-2"))
                    .extracting(line -> line.get("message"))
                    .containsExactly(
                            "Slow LLM response: 3.1 s (expected < 3.0 s)",
                            "Large context: 2501 tokens (recommended < 2500)");
        }
    }

    private static ConversationEvent responded(SessionInfo session, long millis, long inputTokens) {
        return new ConversationEvent.Responded(
                millis * 1_000_000,
                session,
                "s-1-2",
                1,
                "m",
                0,
                1,
                10,
                inputTokens,
                5,
                TelemetryEvent.Outcome.DONE,
                TraceContext.NONE);
    }
}
