package dev.duplexvoice.internal;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.audio.SpscFrameRing;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.vad.SpeechSegmenter;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Puts sessions together: rings, hearing, playout and synthesis around a state machine. */
public final class SessionFactory {
    /**
     * Slots of 5 ms, so that hosts with short chunks do not fill the ring with half-empty ones; 1.28 s in all: hosts that put
     * in more at once are not in real time.
     */
    private static final int INPUT_SLOTS = 256;

    private static final int INPUT_SLOTS_PER_FRAME = 4;
    /** 320 ms of synthesised audio wait for their turn. */
    private static final int SYNTHESIS_FRAMES = 16;
    /** 160 ms for hosts that take frames late. */
    private static final int OUTPUT_FRAMES = 8;
    /** What a recognizer is given when no detector states a rate. */
    private static final int SPEECH_RATE = 16_000;

    private final EngineClock clock;
    private final VoiceTelemetry telemetry;
    private final Workers workers;
    private final Providers providers;

    /** A factory for sessions of one engine. */
    public SessionFactory(EngineClock clock, VoiceTelemetry telemetry, Workers workers, Providers providers) {
        this.clock = clock;
        this.telemetry = telemetry;
        this.workers = workers;
        this.providers = providers;
    }

    /**
     * Makes a session and starts it on the loop.
     *
     * @param detector null if the host tells when the caller speaks
     */
    public DuplexSession open(
            String id,
            SessionOptions options,
            @Nullable VoiceActivityDetector detector,
            SpeechSynthesizer synthesizer,
            AudioLoop loop,
            boolean loopHasThread) {
        SpscFrameRing input = ring(INPUT_SLOTS, options.input().frameSamples() / INPUT_SLOTS_PER_FRAME);
        SpscFrameRing synthesis = ring(SYNTHESIS_FRAMES, options.output().frameSamples());
        SpscFrameRing output = ring(OUTPUT_FRAMES, options.output().frameSamples());
        int speechRate = detector == null ? SPEECH_RATE : detector.sampleRate();
        Resampler inputResampler = providers.resampler(options.input().sampleRate(), speechRate);
        Resampler outputResampler;
        try {
            outputResampler = providers.resampler(
                    synthesizer.sampleRate(), options.output().sampleRate());
        } catch (RuntimeException e) {
            close(inputResampler);
            throw e;
        }
        Playout playout = new Playout(synthesis, output, options.output().sampleRate());
        SpeechPump pump = new SpeechPump(
                synthesis, synthesizer, outputResampler, options.output().sampleRate(), clock, telemetry, workers);
        CompletableFuture<SessionHandle> opened = new CompletableFuture<>();
        loop.post(() -> {
            try {
                VadBatch batch = detector == null ? null : loop.batchWithRoom(detector);
                int caller = batch == null ? 0 : batch.acquire();
                int window = detector == null ? SPEECH_RATE / 50 : detector.windowSamples();
                // Speech is known to be speech after its shortest length, with a pause in it that did not end it.
                long kept = options.preRoll()
                        .plus(options.vad().minSpeech())
                        .plus(options.vad().minSilence())
                        .toNanos();
                Hearing hearing = new Hearing(
                        input,
                        inputResampler,
                        batch,
                        caller,
                        new SpeechSegmenter(options.vad(), speechRate, window),
                        speechRate,
                        window,
                        (int) (kept * speechRate / 1_000_000_000L),
                        options.vadObserver());
                SessionParts parts = new SessionParts(id, options, clock, telemetry, workers, hearing, playout, pump);
                SessionHandle handle = new SessionHandle(parts, loop, input, output);
                loop.add(handle.core(), clock.nanoTime());
                opened.complete(handle);
            } catch (RuntimeException | LinkageError e) {
                close(inputResampler);
                close(outputResampler);
                opened.completeExceptionally(e);
            }
        });
        if (!loopHasThread) {
            loop.run(clock.nanoTime());
        }
        return await(opened);
    }

    private static void close(@Nullable Resampler resampler) {
        if (resampler != null) {
            resampler.close();
        }
    }

    private static SpscFrameRing ring(int slots, int samples) {
        return SpscFrameRing.allocate(slots, (samples * Short.BYTES + 7) & ~7);
    }

    private static DuplexSession await(CompletableFuture<SessionHandle> opened) {
        try {
            return opened.get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VoiceException(VoiceException.Code.INTERNAL, "interrupted while opening a session", e);
        } catch (TimeoutException e) {
            throw new VoiceException(
                    VoiceException.Code.OVERLOADED, "the audio loop did not answer within 5 s: it is overloaded", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new VoiceException(VoiceException.Code.INTERNAL, "a session could not be opened: " + cause, cause);
        }
    }
}
