package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.nativecore.WebRtcOptions;
import dev.duplexvoice.vad.IndependentVadBatch;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadOptions;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.ShortBuffer;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;

/** The detector {@code webrtc}: a decision of libfvad for each window, as the probability 0 or 1. */
public final class WebRtcDetector implements VoiceActivityDetector {
    /** Its name. */
    public static final String NAME = "webrtc";

    private static final List<Integer> RATES = List.of(8_000, 16_000, 32_000, 48_000);

    private final Fvad fvad;
    private final WebRtcOptions options;
    private final int sampleRate;
    private volatile boolean closed;

    private WebRtcDetector(Fvad fvad, WebRtcOptions options, int sampleRate) {
        this.fvad = fvad;
        this.options = options;
        this.sampleRate = sampleRate;
    }

    /**
     * Opens it.
     *
     * @throws VoiceException with code UNSUPPORTED if the rate is, UNAVAILABLE if libfvad does not load
     */
    public static WebRtcDetector open(WebRtcOptions options, int sampleRate) {
        if (!RATES.contains(sampleRate)) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "sampleRate=" + sampleRate + ": detector webrtc takes one of " + RATES + " Hz, resample to 16000");
        }
        return new WebRtcDetector(Fvad.require(), options, sampleRate);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int sampleRate() {
        return sampleRate;
    }

    @Override
    public int windowSamples() {
        return sampleRate / 1_000 * options.frameMillis();
    }

    /** {@inheritDoc} At least 100 ms of speech, and 300 ms of silence: the decisions flicker. */
    @Override
    public VadOptions segmenting() {
        return VadOptions.CONVERSATION;
    }

    @Override
    public VadBatch newBatch(int capacity) {
        if (closed) {
            throw new IllegalStateException("detector webrtc is closed");
        }
        return new Batch(this, capacity);
    }

    @Override
    public void close() {
        closed = true;
    }

    private static final class Batch extends IndependentVadBatch {
        private final Fvad fvad;
        private final WebRtcOptions options;
        private final int sampleRate;
        private final int windowSamples;
        /** Made when a caller is first acquired, kept for those after it: most batches are not full. */
        private final Pointer[] instances;

        private final ShortBuffer window;
        private final ShortPointer windowPointer;

        Batch(WebRtcDetector detector, int capacity) {
            super(capacity, detector.windowSamples());
            fvad = detector.fvad;
            options = detector.options;
            sampleRate = detector.sampleRate;
            windowSamples = detector.windowSamples();
            instances = new Pointer[capacity];
            window = DirectMemory.allocate(windowSamples * Short.BYTES).asShortBuffer();
            windowPointer = new ShortPointer(window);
        }

        @Override
        protected void clear(int caller) {
            if (instances[caller] == null) {
                instances[caller] = fvad.create();
            }
            fvad.reset(instances[caller], options.aggressiveness(), sampleRate);
        }

        @Override
        protected float advance(int caller, short[] samples, int offset) {
            window.put(0, samples, offset, windowSamples);
            return fvad.process(instances[caller], windowPointer, windowSamples) ? 1f : 0f;
        }

        @Override
        protected void free() {
            for (Pointer instance : instances) {
                if (instance != null) {
                    fvad.free(instance);
                }
            }
        }
    }
}
