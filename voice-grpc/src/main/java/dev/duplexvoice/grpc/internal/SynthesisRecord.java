package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.telemetry.ServiceEvent;
import dev.duplexvoice.telemetry.ServiceEvent.Source;
import dev.duplexvoice.telemetry.ServiceEvent.Synthesized;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import org.jspecify.annotations.Nullable;

/** What a worker's synthesis took, for telemetry. Thread-safe. */
final class SynthesisRecord {
    private final String sessionId;
    private final SpeechSynthesizer voice;
    private final long begunAt;
    private final TraceContext trace;
    private long firstAudioAt = TelemetryEvent.NEVER;
    private long lastAudioAt = TelemetryEvent.NEVER;
    private long firstSentAt = TelemetryEvent.NEVER;
    private long computeNanos;
    private long audioNanos;
    private long frames;

    private SynthesisRecord(String sessionId, SpeechSynthesizer voice, long begunAt, TraceContext trace) {
        this.sessionId = sessionId;
        this.voice = voice;
        this.begunAt = begunAt;
        this.trace = trace;
    }

    /** Of a session that has begun to synthesise; null if it has ended at this very moment. */
    static @Nullable SynthesisRecord begin(WorkerSession session, VoiceTelemetry telemetry, long now) {
        SpeechSynthesizer voice = session.voice();
        return voice == null ? null : new SynthesisRecord(session.id, voice, now, telemetry.synthesis(session.id, now));
    }

    synchronized void made(long compute, long audio, long now) {
        computeNanos += compute;
        audioNanos += audio;
        if (audio > 0) {
            lastAudioAt = now;
            if (firstAudioAt == TelemetryEvent.NEVER) {
                firstAudioAt = now;
            }
        }
    }

    /** A frame with audio is sent. */
    synchronized void sent(long now) {
        frames++;
        if (firstSentAt == TelemetryEvent.NEVER) {
            firstSentAt = now;
        }
    }

    /** What is logged and called on this thread until the scope is closed belongs to the synthesis. */
    TraceContext.Scope enter() {
        return trace.enter();
    }

    void failed(Throwable cause) {
        trace.failed(cause);
    }

    /** Tells that it is over. */
    void tell(VoiceTelemetry telemetry, int characters, Outcome outcome, long now) {
        telemetry.on(over(characters, outcome, now));
        if (trace != TraceContext.NONE) {
            synchronized (this) {
                telemetry.on(new ServiceEvent.Framed(now, firstSentAt, frames, trace));
            }
        }
    }

    private synchronized ServiceEvent over(int characters, Outcome outcome, long now) {
        return new Synthesized(
                now,
                sessionId,
                null,
                0,
                voice.voice(),
                characters,
                begunAt,
                firstAudioAt,
                computeNanos,
                audioNanos,
                frames,
                voice.isRemote() ? Source.REMOTE : Source.COMPUTED,
                outcome,
                lastAudioAt,
                trace);
    }
}
