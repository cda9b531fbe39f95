package dev.duplexvoice.server.internal.console;

import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** What went on within the last hour, counted by the minute. For an engine, as its telemetry. Thread-safe. */
public final class Activity implements VoiceTelemetry {
    private static final int MINUTES = 60;

    private final LongSupplier clock;
    private final Minute[] minutes = new Minute[MINUTES];

    private static final class Minute {
        private long number = Long.MIN_VALUE;
        private long turns;
        private long firstAudios;
        private double firstAudioMillis;
        private long responses;
        private double responseMillis;

        private void clear(long now) {
            number = now;
            turns = 0;
            firstAudios = 0;
            firstAudioMillis = 0;
            responses = 0;
            responseMillis = 0;
        }
    }

    /**
     * The last hour.
     *
     * @param turns of callers that ended
     * @param firstAudioMillis from a reply's first text to its first audio, on average; NaN without a reply
     * @param responseMillis from the end of a caller's speech to the answer's first audio, on average; NaN without an answer
     */
    public record LastHour(long turns, double firstAudioMillis, double responseMillis) {}

    /** Nothing yet. */
    public Activity() {
        this(System::nanoTime);
    }

    Activity(LongSupplier clock) {
        this.clock = clock;
        for (int i = 0; i < MINUTES; i++) {
            minutes[i] = new Minute();
        }
    }

    private long now() {
        return Math.floorDiv(clock.getAsLong(), TimeUnit.MINUTES.toNanos(1));
    }

    private Minute current() {
        long now = now();
        Minute minute = minutes[Math.floorMod(now, MINUTES)];
        if (minute.number != now) {
            minute.clear(now);
        }
        return minute;
    }

    @Override
    public synchronized void on(TelemetryEvent event) {
        if (event instanceof ConversationEvent.TurnEnded) {
            current().turns++;
        } else if (event instanceof ConversationEvent.FirstAudio first) {
            Minute minute = current();
            minute.firstAudios++;
            minute.firstAudioMillis += (first.at() - first.textAt()) / 1e6;
            if (first.speechEndedAt() != TelemetryEvent.NEVER) {
                minute.responses++;
                minute.responseMillis += (first.at() - first.speechEndedAt()) / 1e6;
            }
        }
    }

    /** The last hour, to the minute. */
    public synchronized LastHour lastHour() {
        long now = now();
        Minute sum = new Minute();
        for (Minute minute : minutes) {
            if (minute.number > now - MINUTES && minute.number <= now) {
                sum.turns += minute.turns;
                sum.firstAudios += minute.firstAudios;
                sum.firstAudioMillis += minute.firstAudioMillis;
                sum.responses += minute.responses;
                sum.responseMillis += minute.responseMillis;
            }
        }
        return new LastHour(sum.turns, sum.firstAudioMillis / sum.firstAudios, sum.responseMillis / sum.responses);
    }
}
