package dev.duplexvoice.grpc.internal;

import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.tts.SpeechSynthesizer;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * A session of a worker: a lease of a voice, what was asked for, and the synthesis that runs. The lease is given back when the
 * session has ended and nothing is computed for it any more. Thread-safe.
 */
final class WorkerSession {

    final String id;
    private final SessionSettings settings;
    private final WorkerSessions.Resampling resamplers;
    private volatile long touched;

    private @Nullable ModelLease<SpeechSynthesizer> lease;
    private @Nullable SynthesisCall call;
    private @Nullable Resampler spare;
    private int makers;
    /** For as long as telemetry counts the session. */
    private @Nullable SpeechSynthesizer voice;

    private boolean spoke;
    private boolean ended;

    WorkerSession(String id, SessionSettings settings, WorkerSessions.Resampling resamplers, long now) {
        this.id = id;
        this.settings = settings;
        this.resamplers = resamplers;
        this.touched = now;
    }

    SessionSettings settings() {
        return settings;
    }

    /** Somebody uses it. */
    void touch(long now) {
        touched = now;
    }

    boolean isIdleSince(long time) {
        return touched - time < 0;
    }

    /** The voice is there; false if the session has ended meanwhile, and the lease is not wanted. */
    synchronized boolean lend(ModelLease<SpeechSynthesizer> given) {
        if (ended) {
            return false;
        }
        lease = given;
        voice = given.model();
        return true;
    }

    /**
     * Begins a synthesis.
     *
     * @throws io.grpc.StatusRuntimeException if there cannot be one
     */
    synchronized Making begin(SynthesisCall by, Runnable readable) {
        ModelLease<SpeechSynthesizer> held = lease;
        if (ended) {
            throw WorkerSessions.unknown(id);
        }
        if (held == null) {
            throw precondition("is still being started; wait for the answer of StartSession");
        }
        if (call != null) {
            throw precondition("synthesises already; end or STOP that first, or start another session");
        }
        SpeechSynthesizer voice = held.model();
        Resampler resampler = spare;
        spare = null;
        if (resampler != null) {
            resampler.reset();
        } else {
            resampler = resamplers.open(voice.sampleRate(), settings.sampleRate());
        }
        FrameMaker maker = new FrameMaker(voice, settings, resampler, readable);
        call = by;
        spoke = true;
        makers++;
        return new Making(maker, resampler);
    }

    /** Frames that are being made; to be given back to {@link #made}. */
    record Making(FrameMaker maker, @Nullable Resampler resampler) {}

    private io.grpc.StatusRuntimeException precondition(String what) {
        return Status.FAILED_PRECONDITION
                .withDescription("session_id=" + Refusal.shown(id) + " " + what)
                .asRuntimeException();
    }

    /** The synthesis is over and another may begin, though it may still be computing. */
    synchronized void over(SynthesisCall by) {
        if (call == by) {
            call = null;
        }
    }

    /** Nothing is computed for that synthesis any more. */
    void made(Making making) {
        Release.of("synthesis", id, making.maker()::close);
        ModelLease<SpeechSynthesizer> returned;
        Resampler unused = making.resampler();
        synchronized (this) {
            makers--;
            if (!ended && spare == null) {
                spare = unused;
                unused = null;
            }
            returned = takeLeaseIfUnused();
        }
        giveBack(unused, returned);
    }

    private void giveBack(@Nullable Resampler unused, @Nullable ModelLease<SpeechSynthesizer> returned) {
        if (unused != null) {
            Release.of("resampler", id, unused::close);
        }
        if (returned != null) {
            returned.close();
        }
    }

    /**
     * The synthesis that runs; null if the last one is over.
     *
     * @throws io.grpc.StatusRuntimeException if there never was one
     */
    synchronized @Nullable SynthesisCall running() {
        if (!spoke) {
            throw precondition("has not synthesised anything yet; Synthesize first");
        }
        return call;
    }

    /** No more syntheses; returns the one that runs, which the caller ends. Idempotent. */
    @Nullable
    SynthesisCall end() {
        ModelLease<SpeechSynthesizer> returned;
        Resampler unused;
        SynthesisCall running;
        synchronized (this) {
            ended = true;
            running = call;
            unused = spare;
            spare = null;
            returned = takeLeaseIfUnused();
        }
        giveBack(unused, returned);
        return running;
    }

    /** The voice, once, when the session has ended; null if it had none. */
    synchronized @Nullable SpeechSynthesizer takeEnded() {
        SpeechSynthesizer had = ended ? voice : null;
        voice = had == null ? voice : null;
        return had;
    }

    /** What it speaks with; null if that is not there yet. */
    synchronized @Nullable SpeechSynthesizer voice() {
        return voice;
    }

    private @Nullable ModelLease<SpeechSynthesizer> takeLeaseIfUnused() {
        if (!ended || makers > 0) {
            return null;
        }
        ModelLease<SpeechSynthesizer> returned = lease;
        lease = null;
        return returned;
    }
}
