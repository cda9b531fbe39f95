package dev.duplexvoice.internal;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.vad.SpeechSegmenter;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Puts sessions together: rings, hearing, playout and synthesis around a state machine.
 *
 * <p>What a session keeps in memory, in KB, with 16 kHz in, 48 kHz out, a 16 kHz voice and the default options:
 *
 * <pre>
 *   synthesis ring     16   8 frames of 20 ms
 *   output ring        16   8 frames of 20 ms
 *   history            26   what a recognizer is given of the time before; 4 without a recognizer
 *   input              4    100 ms; up to 64 while the loop or the host is late
 *   resampler          12   native, with its buffers
 *   buffers            8    a frame, what is resampled and a window
 *   output chain       3    the limiter's look-ahead
 *   detector's state   2    and its window
 *   objects            11
 *                      98   measured: 82 on the heap and in direct buffers with neither resampler nor native detector
 * </pre>
 *
 * While a reply is spoken, audio that was made ahead takes as much as {@code synthesis.buffer} says, from a pool of the engine: 32 KB
 * for a second of a 16 kHz voice.
 */
public final class SessionFactory {
    /** 160 ms of synthesised audio wait for their turn; the synthesizer is asked for more when half of it is left. */
    private static final int SYNTHESIS_FRAMES = 8;
    /** 160 ms for hosts that take frames late. */
    private static final int OUTPUT_FRAMES = 8;
    /** What a recognizer is given when no detector states a rate. */
    private static final int SPEECH_RATE = 16_000;

    private final EngineClock clock;
    private final VoiceTelemetry telemetry;
    private final Workers workers;
    private final Providers providers;
    private final @Nullable Recordings recordings;
    private final ChunkPool chunks = new ChunkPool();

    /** What a session's tape is made of. */
    interface TapeMaker {
        Tape make(FrameRing output, @Nullable Resampler inputResampler);
    }

    /**
     * A factory for sessions of one engine.
     *
     * @param recordings null if nothing is recorded
     */
    public SessionFactory(
            EngineClock clock,
            VoiceTelemetry telemetry,
            Workers workers,
            Providers providers,
            @Nullable Recordings recordings) {
        this.recordings = recordings;
        this.clock = clock;
        this.telemetry = telemetry;
        this.workers = workers;
        this.providers = providers;
    }

    /**
     * Makes a session and starts it on its loop.
     *
     * @param detector null if the host tells when the caller speaks
     * @param voice is released when the session speaks no more or cannot be opened
     * @param place is given back when the session ends or cannot be opened
     */
    public DuplexSession open(
            String id,
            SessionOptions options,
            @Nullable VoiceActivityDetector detector,
            SessionVoice voice,
            Admission.Place place) {
        SessionOpening opening;
        try {
            SessionParts parts = parts(
                    id,
                    options,
                    detector,
                    voice,
                    (output, resampler) -> tape(id, options, detector, voice.synthesizer(), resampler));
            opening = new SessionOpening(new SessionHandle(parts, place.loop()), detector, place);
        } catch (RuntimeException | Error e) {
            voice.release().run();
            place.release();
            throw e;
        }
        place.loop().post(opening);
        place.loop().runIfDriven();
        return opening.await();
    }

    private Tape tape(
            String id,
            SessionOptions options,
            @Nullable VoiceActivityDetector detector,
            SpeechSynthesizer synthesizer,
            @Nullable Resampler resampler) {
        Path file = options.recording();
        return file == null || recordings == null
                ? Tape.NONE
                : recordings.create(file, RecordedParts.header(id, options, detector, synthesizer, resampler));
    }

    /** Makes what a session consists of. */
    SessionParts parts(
            String id,
            SessionOptions options,
            @Nullable VoiceActivityDetector detector,
            SessionVoice voice,
            TapeMaker tapes) {
        SpeechSynthesizer synthesizer = voice.synthesizer();
        SessionInfo info = new SessionInfo(
                id,
                options.transport(),
                synthesizer.voice(),
                synthesizer.family(),
                synthesizer.isRemote(),
                options.attributes(),
                telemetry.conversation(id, clock.nanoTime()));
        Workers own = new SessionWorkers(workers, id);
        InputRing input = new InputRing(options.input());
        FrameRing synthesis = ring(SYNTHESIS_FRAMES, options.output().frameSamples());
        FrameRing output = ring(OUTPUT_FRAMES, options.output().frameSamples());
        int speechRate = detector == null ? SPEECH_RATE : detector.sampleRate();
        int window = detector == null ? SPEECH_RATE / 50 : detector.windowSamples();
        // Speech is known to be speech after its shortest length, with a pause in it that did not end it.
        Duration kept = options.recognizer() == null && options.turnDetector() == null
                ? Duration.ZERO
                : options.preRoll()
                        .plus(options.vad().minSpeech())
                        .plus(options.vad().minSilence());
        Resampler inputResampler = providers.resampler(options.input().sampleRate(), speechRate);
        Resampler outputResampler = null;
        Tape tape = Tape.NONE;
        try {
            outputResampler = providers.resampler(
                    synthesizer.sampleRate(), options.output().sampleRate());
            tape = tapes.make(output, inputResampler);
            Hearing hearing = new Hearing(
                    input,
                    options.input(),
                    inputResampler,
                    new SpeechSegmenter(options.vad(), speechRate, window),
                    speechRate,
                    window,
                    (int) (kept.toNanos() * speechRate / 1_000_000_000L),
                    options.vadObserver(),
                    tape);
            int fadeSamples =
                    (int) options.output().samples(options.processing().fade().toNanos());
            Playout playout = new Playout(synthesis, output, options.output().sampleRate(), fadeSamples, tape);
            SpeechPump pump = new SpeechPump(
                    info,
                    synthesis,
                    synthesizer,
                    outputResampler,
                    options,
                    chunks,
                    clock,
                    telemetry,
                    own,
                    voice.release());
            return new SessionParts(info, options, clock, telemetry, own, hearing, playout, pump, input, output, tape);
        } catch (RuntimeException | Error e) {
            close(inputResampler);
            close(outputResampler);
            tape.discarded();
            throw e;
        }
    }

    private static void close(@Nullable Resampler resampler) {
        if (resampler != null) {
            resampler.close();
        }
    }

    private static FrameRing ring(int slots, int samples) {
        return FrameRing.onHeap(slots, samples);
    }
}
