package dev.duplexvoice.internal;

import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.ServiceEvent.Source;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Tells the engine's telemetry what the voice of a session takes for each clause. Any thread. */
final class SynthesisTelemetry {
    private static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;

    private final SessionInfo session;
    private final int sampleRate;
    private final EngineClock clock;
    private final VoiceTelemetry telemetry;

    /** A clause that the voice was given. */
    static final class Work {
        private final @Nullable ReplyText reply;
        private final int characters;
        private final EngineClock clock;
        private final long begunAt;
        private final AtomicBoolean told = new AtomicBoolean();
        private final TraceContext trace;
        private volatile long firstAudioAt = TelemetryEvent.NEVER;
        private volatile long lastAudioAt = TelemetryEvent.NEVER;
        private long takenSamples;
        private long takenAt = TelemetryEvent.NEVER;
        private volatile boolean cached;

        private Work(@Nullable ReplyText reply, int characters, EngineClock clock, TraceContext session) {
            this.reply = reply;
            this.characters = characters;
            this.clock = clock;
            this.begunAt = clock.nanoTime();
            this.trace = reply == null || session == TraceContext.NONE
                    ? TraceContext.NONE
                    : session.begin(new TraceContext.Begin(
                            TraceContext.Work.SPEECH, reply.turnId, reply.turnBegan, reply.epoch, begunAt));
        }

        /** What the voice's calls belong to. */
        TraceContext trace() {
            return trace;
        }

        void cached(boolean was) {
            cached = was;
        }

        /** There is more audio. One thread at a time. */
        void audio() {
            lastAudioAt = clock.nanoTime();
            if (firstAudioAt == TelemetryEvent.NEVER) {
                firstAudioAt = lastAudioAt;
            }
        }

        /** Audio goes into frames, on the thread that makes these. */
        void taken(int samples) {
            takenSamples += samples;
            if (trace != TraceContext.NONE && takenAt == TelemetryEvent.NEVER) {
                takenAt = clock.nanoTime();
            }
        }
    }

    SynthesisTelemetry(SessionInfo session, int sampleRate, EngineClock clock, VoiceTelemetry telemetry) {
        this.session = session;
        this.sampleRate = sampleRate;
        this.clock = clock;
        this.telemetry = telemetry;
    }

    /** The voice is given a clause. */
    Work begin(@Nullable ReplyText reply, int characters) {
        return new Work(reply, characters, clock, session.trace());
    }

    /** It is done with it. Only the first call for a clause counts. */
    void over(ClauseAudio clause, Outcome outcome) {
        Work work = clause.work;
        if (!work.told.compareAndSet(false, true)) {
            return;
        }
        Throwable failure = clause.failure();
        if (failure != null) {
            work.trace.failed(failure);
        }
        long audio = nanos(clause.samples());
        Source source = work.cached ? Source.CACHED : session.remoteVoice() ? Source.REMOTE : Source.COMPUTED;
        telemetry.on(new ServiceEvent.Synthesized(
                clock.nanoTime(),
                session.id(),
                work.reply == null ? null : work.reply.turnId,
                work.reply == null ? 0 : work.reply.epoch,
                session.modelId(),
                work.characters,
                work.begunAt,
                work.firstAudioAt,
                clause.computeNanos(),
                audio,
                frames(audio),
                source,
                outcome,
                work.lastAudioAt,
                outcome == Outcome.FAILED ? failure : null,
                work.trace));
    }

    private long nanos(long samples) {
        return samples * 1_000_000_000L / sampleRate;
    }

    private static long frames(long nanos) {
        return (nanos + FRAME_NANOS - 1) / FRAME_NANOS;
    }

    /** All of a clause that will ever be in frames is there. Once for each clause, on the thread that makes frames. */
    void framed(ClauseAudio clause) {
        Work work = clause.work;
        if (work.trace != TraceContext.NONE) {
            telemetry.on(new ServiceEvent.Framed(
                    clock.nanoTime(), work.takenAt, frames(nanos(work.takenSamples)), work.trace));
        }
    }
}
