package dev.duplexvoice.examples.ops;

import ch.qos.logback.classic.LoggerContext;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.logging.LogCategory;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.VoiceLogging;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.spi.LoggingEventBuilder;

/** The log of a server on which everything has gone wrong once, written by voice-logging in the library's own words. */
final class ServerLog {
    private static final String SESSIONS = "dev.duplexvoice.internal.SessionCore";
    private static final String REMOTE = "dev.duplexvoice.grpc.internal.RemoteStream";

    private final LoggerContext context;

    private ServerLog(LoggerContext context) {
        this.context = context;
    }

    /** Writes it into the folders of the categories, as {@code orchestrator.log}. */
    static void write(Path folder) {
        LoggerContext context = new LoggerContext();
        try (VoiceLogging logging = VoiceLogging.configure(
                LoggingOptions.server("orchestrator")
                        .folder(folder)
                        .console(LoggingOptions.Console.NONE)
                        .async(false)
                        .build(),
                context)) {
            new ServerLog(context).happen();
            logging.flush();
        }
        context.stop();
    }

    private void happen() {
        workerAway("s-41");
        slowModel("s-42");
        log(SESSIONS, "s-43").log("Session opened");
        warn("dev.duplexvoice.internal.SessionHandle", "s-43")
                .addKeyValue("dropped_samples", 19_200)
                .log("Audio is put in faster than it is taken: the oldest is dropped");
        closed("s-43", "closed", 1);
        defect("s-44");
        warn("dev.duplexvoice.nativecore.internal.GpuFallback", null)
                .addKeyValue("detector", "duplex")
                .addKeyValue("reason", "out of memory")
                .log("Voice activity detection on the GPU failed; it goes on on the CPU");
        warn(LogCategory.PERFORMANCE.logger(), null)
                .addKeyValue("operation", "memory")
                .addKeyValue("memory_bytes", 1_812_000_000L)
                .addKeyValue("threshold_bytes", 1_500_000_000L)
                .log("High memory usage: {} GB (threshold: {} GB)", "1.8", "1.5");
    }

    private void workerAway(String session) {
        String reason = "io exception";
        log(SESSIONS, session).log("Session opened");
        for (int attempt = 1; attempt < 3; attempt++) {
            remote(log(REMOTE, session), attempt, reason).log("A worker did not speak; it is tried again");
        }
        remote(warn(REMOTE, session), 3, reason).log("A worker did not speak");
        error(
                session,
                new VoiceException(
                        VoiceException.Code.SYNTHESIS,
                        "worker tts-2.internal:7001 failed: UNAVAILABLE: io exception. See whether the worker runs and can be reached"));
        closed(session, "closed", 2);
    }

    private static LoggingEventBuilder remote(LoggingEventBuilder line, int attempt, String reason) {
        return line.addKeyValue("target", "tts-2.internal:7001")
                .addKeyValue("model_id", "slt")
                .addKeyValue("status", "UNAVAILABLE")
                .addKeyValue("reason", reason)
                .addKeyValue("attempt", attempt);
    }

    private void slowModel(String session) {
        log(SESSIONS, session).log("Session opened");
        warn(LogCategory.PERFORMANCE.logger(), session)
                .addKeyValue("operation", "llm")
                .addKeyValue("context_tokens", 4_200)
                .addKeyValue("threshold_tokens", 2_500)
                .log("Large context: {} tokens (recommended < {})", 4_200, 2_500);
        warn(LogCategory.PERFORMANCE.logger(), session)
                .addKeyValue("operation", "llm")
                .addKeyValue("duration_ms", 5_200.0)
                .addKeyValue("threshold_ms", 3_000)
                .log("Slow LLM response: {} s (expected < {} s)", "5.2", "3.0");
        error(session, thrownBy(new IllegalStateException("the language model answered 503"), "com.example.Orders"));
        closed(session, "closed", 1);
    }

    private void defect(String session) {
        log(SESSIONS, session).log("Session opened");
        context.getLogger(SESSIONS)
                .atError()
                .addKeyValue("session_id", session)
                .setCause(thrownBy(new OutOfMemoryError("Java heap space"), "com.example.History"))
                .log("A session failed");
        closed(session, "internal_error", 3);
    }

    private static Throwable thrownBy(Throwable error, String type) {
        error.setStackTrace(new StackTraceElement[] {
            new StackTraceElement(type, "answer", type.replaceAll(".*\\.", "") + ".java", 42)
        });
        return error;
    }

    private void error(String session, Throwable cause) {
        if (cause instanceof VoiceException) {
            thrownBy(cause, "dev.duplexvoice.grpc.internal.RemoteStream");
        }
        warn(SESSIONS, session)
                .addKeyValue("turn_id", session + "-1")
                .addKeyValue(
                        "code", cause instanceof VoiceException voice ? voice.code() : VoiceException.Code.RESPONDER)
                .setCause(cause)
                .log("Session error");
    }

    private void closed(String session, String reason, int turns) {
        log(SESSIONS, session)
                .addKeyValue("reason", reason)
                .addKeyValue("turns", turns)
                .log("Session closed");
    }

    private LoggingEventBuilder log(String logger, String session) {
        return context.getLogger(logger).atInfo().addKeyValue("session_id", session);
    }

    private LoggingEventBuilder warn(String logger, @Nullable String session) {
        LoggingEventBuilder line = context.getLogger(logger).atWarn();
        return session == null ? line : line.addKeyValue("session_id", session);
    }
}
