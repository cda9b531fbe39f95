package dev.duplexvoice.logging;

import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of what takes too long or is too much, in {@link LogCategory#PERFORMANCE}; what is within its bounds costs a comparison.
 * Thread-safe.
 */
public final class SlowOperations {
    /**
     * Beyond what there is a warning.
     *
     * @param languageModel for the whole answer of a language model
     * @param contextTokens of what it is given
     * @param memoryBytes of the process
     */
    public record Thresholds(Duration languageModel, int contextTokens, long memoryBytes) {
        /** 3 s, 2,500 tokens, 1.5 GB. */
        public static final Thresholds DEFAULT = new Thresholds(Duration.ofSeconds(3), 2_500, 1_500_000_000L);

        /** Checks the values. */
        public Thresholds {
            if (languageModel.isNegative() || languageModel.isZero()) {
                throw new IllegalArgumentException("languageModel=" + languageModel + ": must be longer than 0");
            }
            if (contextTokens < 1) {
                throw new IllegalArgumentException("contextTokens=" + contextTokens + ": must be at least 1");
            }
            if (memoryBytes < 1) {
                throw new IllegalArgumentException("memoryBytes=" + memoryBytes + ": must be at least 1");
            }
        }
    }

    private static final double GIGABYTE = 1e9;

    private final Logger log;
    private final Thresholds thresholds;
    private final AtomicBoolean muchMemory = new AtomicBoolean();

    SlowOperations(Logger log, Thresholds thresholds) {
        this.log = log;
        this.thresholds = thresholds;
    }

    /** One that writes by whatever SLF4J is bound to. */
    public static SlowOperations create(Thresholds thresholds) {
        return new SlowOperations(LoggerFactory.getLogger(LogCategory.PERFORMANCE.logger()), thresholds);
    }

    /**
     * A Responder that answers as this one does, and whose slow answers and long contexts are warned of; its requests and responses are
     * logged if the logger {@code dev.duplexvoice.requests} has the level DEBUG, of what was said only the length. {@link
     * VoiceLogging#responder} has more to choose.
     */
    public Responder watch(Responder responder) {
        return new LoggedResponder(responder, new DebugLog(LoggerFactory.getLogger(DebugLog.LOGGER), false), this);
    }

    /**
     * For an engine: warns of slow answers of all Responders, those of clients too, and of contexts whose tokens a Responder tells with
     * {@link dev.duplexvoice.dialog.Reply#tokens}. For Responders that are not {@link #watch watched}, which would be warned of twice.
     */
    public VoiceTelemetry telemetry() {
        return new VoiceTelemetry() {
            @Override
            public Duration patience() {
                return Duration.ofMillis(50);
            }

            @Override
            public void on(TelemetryEvent event) {
                if (event instanceof ConversationEvent.Responded responded) {
                    String session = responded.session().id();
                    languageModel(session, responded.turnId(), Duration.ofNanos(responded.at() - responded.askedAt()));
                    context(session, responded.turnId(), (int) Math.min(Integer.MAX_VALUE, responded.inputTokens()));
                }
            }
        };
    }

    /** A language model has answered. */
    public void languageModel(@Nullable String sessionId, @Nullable String turnId, Duration took) {
        if (took.compareTo(thresholds.languageModel) > 0) {
            ids(sessionId, turnId)
                    .addKeyValue("operation", "llm")
                    .addKeyValue("duration_ms", took.toNanos() / 1_000_000.0)
                    .addKeyValue("threshold_ms", thresholds.languageModel.toMillis())
                    .log("Slow LLM response: {} s (expected < {} s)", seconds(took), seconds(thresholds.languageModel));
        }
    }

    /** A language model is given a context of so many tokens. */
    public void context(@Nullable String sessionId, @Nullable String turnId, int tokens) {
        if (tokens > thresholds.contextTokens) {
            ids(sessionId, turnId)
                    .addKeyValue("operation", "llm")
                    .addKeyValue("context_tokens", tokens)
                    .addKeyValue("threshold_tokens", thresholds.contextTokens)
                    .log("Large context: {} tokens (recommended < {})", tokens, thresholds.contextTokens);
        }
    }

    /** The process has so much memory now. There is one warning until it has less than nine tenths of the threshold. */
    public void memory(long bytes) {
        if (bytes > thresholds.memoryBytes) {
            if (muchMemory.compareAndSet(false, true)) {
                log.atWarn()
                        .addKeyValue("operation", "memory")
                        .addKeyValue("memory_bytes", bytes)
                        .addKeyValue("threshold_bytes", thresholds.memoryBytes)
                        .log(
                                "High memory usage: {} GB (threshold: {} GB)",
                                gigabytes(bytes),
                                gigabytes(thresholds.memoryBytes));
            }
        } else if (bytes < thresholds.memoryBytes / 10 * 9) {
            muchMemory.set(false);
        }
    }

    /** Anything else took this long. */
    public void operation(String operation, @Nullable String sessionId, Duration took, Duration threshold) {
        if (took.compareTo(threshold) > 0) {
            ids(sessionId, null)
                    .addKeyValue("operation", operation)
                    .addKeyValue("duration_ms", took.toNanos() / 1_000_000.0)
                    .addKeyValue("threshold_ms", threshold.toMillis())
                    .log("Slow {}: {} s (expected < {} s)", operation, seconds(took), seconds(threshold));
        }
    }

    private org.slf4j.spi.LoggingEventBuilder ids(@Nullable String sessionId, @Nullable String turnId) {
        var line = log.atWarn();
        if (sessionId != null) {
            line.addKeyValue("session_id", sessionId);
        }
        return turnId == null ? line : line.addKeyValue("turn_id", turnId);
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toNanos() / 1e9);
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f", bytes / GIGABYTE);
    }
}
