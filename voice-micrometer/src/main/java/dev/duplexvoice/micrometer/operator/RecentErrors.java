package dev.duplexvoice.micrometer.operator;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.micrometer.internal.GoodAndBad;
import dev.duplexvoice.model.ModelEvent;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The last errors of a process, and how many there were of each type: what {@code orchestrator_session_errors_total} counts, and besides
 * syntheses of a worker that failed and models that could not be loaded. Thread-safe.
 */
public final class RecentErrors implements VoiceTelemetry {
    /** How many are kept. */
    public static final int KEPT = 100;

    private static final int LONGEST_MESSAGE = 500;

    private final UnaryOperator<String> redaction;
    private final LongSupplier clock;
    private final ArrayDeque<ErrorRecord> last = new ArrayDeque<>();
    private final Map<String, Long> total = new TreeMap<>();
    private final Map<String, GoodAndBad> recent = new TreeMap<>();

    /**
     * An error.
     *
     * @param at when it was told
     * @param errorType {@link VoiceException.Code} in lower case, as in metrics
     * @param message without secrets, at most 500 characters
     * @param sessionId whose it was, if it was one's
     * @param turnId likewise
     * @param modelId the voice or other model, if it was one's
     */
    public record ErrorRecord(
            Instant at,
            String errorType,
            String message,
            @Nullable String sessionId,
            @Nullable String turnId,
            @Nullable String modelId) {}

    /**
     * How many errors of a type there were.
     *
     * @param last5Minutes within the last five minutes, to a minute
     * @param lastHour within the last hour, to a minute
     * @param total since the start
     */
    public record Count(long last5Minutes, long lastHour, long total) {}

    RecentErrors(UnaryOperator<String> redaction, LongSupplier clock) {
        this.redaction = redaction;
        this.clock = clock;
    }

    /** {@inheritDoc} Nobody looks more often. */
    @Override
    public Duration patience() {
        return Duration.ofMillis(50);
    }

    @Override
    public void on(TelemetryEvent event) {
        if (event instanceof ConversationEvent.Failed failed) {
            add(
                    failed.code(),
                    message(failed.cause()),
                    failed.session().id(),
                    failed.turnId(),
                    failed.session().modelId());
        } else if (event instanceof ServiceEvent.OpenRefused refused) {
            add(refused.code(), message(refused.cause()), null, null, null);
        } else if (event instanceof ServiceEvent.Synthesized synthesized
                // Of a session's own a Failed tells, with the reason.
                && synthesized.reply() == 0
                && synthesized.outcome() == TelemetryEvent.Outcome.FAILED) {
            add(
                    VoiceException.Code.SYNTHESIS,
                    "a text of " + synthesized.characters() + " characters: " + reason(synthesized.failure()),
                    synthesized.sessionId(),
                    synthesized.turnId(),
                    synthesized.modelId());
        } else if (event instanceof ServiceEvent.ModelChanged changed
                && changed.event() instanceof ModelEvent.LoadFailed failed) {
            add(VoiceException.Code.MODEL, message(failed.cause()), null, null, failed.modelId());
        }
    }

    private static String reason(@Nullable Throwable failure) {
        return failure == null ? "the voice gave no reason; the log may have one" : message(failure);
    }

    private static String message(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private void add(
            VoiceException.Code code,
            String message,
            @Nullable String sessionId,
            @Nullable String turnId,
            @Nullable String modelId) {
        String type = code.name().toLowerCase(Locale.ROOT);
        // Redacted before it is cut: half a secret is none that would be found.
        String clean = redaction.apply(message);
        String shown = clean.length() > LONGEST_MESSAGE ? clean.substring(0, LONGEST_MESSAGE) + "…" : clean;
        synchronized (this) {
            last.addFirst(new ErrorRecord(Instant.now(), type, shown, sessionId, turnId, modelId));
            if (last.size() > KEPT) {
                last.removeLast();
            }
            total.merge(type, 1L, Long::sum);
            recent.computeIfAbsent(type, any -> new GoodAndBad()).add(clock.getAsLong(), 0, 1);
        }
    }

    /** The last ones, the newest first; at most so many. */
    public synchronized List<ErrorRecord> last(int most) {
        List<ErrorRecord> shown = new ArrayList<>(last);
        return List.copyOf(shown.subList(0, Math.min(most, shown.size())));
    }

    /** How many there were, by type; types without any are left out. */
    public synchronized Map<String, Count> counts() {
        long now = clock.getAsLong();
        Map<String, Count> counts = new TreeMap<>();
        recent.forEach((type, of) -> counts.put(
                type,
                new Count(
                        of.within(now, Duration.ofMinutes(5)).bad(),
                        of.within(now, Duration.ofHours(1)).bad(),
                        total.getOrDefault(type, 0L))));
        return counts;
    }
}
