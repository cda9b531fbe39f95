package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.vad.IndependentVadBatch;
import dev.duplexvoice.vad.NoiseGate;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VadOptions;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.List;

/**
 * The detector {@code energy}: a {@link NoiseGate} for each caller, windows of 32 ms. It hears whatever is louder than the room,
 * speech or not; for quiet lines, tests and machines without the native core.
 */
final class EnergyDetector implements VoiceActivityDetector {
    static final String NAME = "energy";
    private static final List<Integer> RATES = List.of(8_000, 16_000, 24_000, 32_000, 44_100, 48_000);
    private static final int WINDOW_MILLIS = 32;

    private final int sampleRate;
    private volatile boolean closed;

    EnergyDetector(int sampleRate) {
        if (!RATES.contains(sampleRate)) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "sampleRate=" + sampleRate + ": detector energy takes one of " + RATES + " Hz");
        }
        this.sampleRate = sampleRate;
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
        return sampleRate * WINDOW_MILLIS / 1_000;
    }

    /** {@inheritDoc} Energy falls between syllables, so a pause must last longer than with a model to end a segment. */
    @Override
    public VadOptions segmenting() {
        return VadOptions.CONVERSATION;
    }

    @Override
    public VadBatch newBatch(int capacity) {
        if (closed) {
            throw new IllegalStateException("detector energy is closed");
        }
        return new Batch(capacity, windowSamples());
    }

    @Override
    public void close() {
        closed = true;
    }

    private static final class Batch extends IndependentVadBatch {
        private final NoiseGate[] gates;
        private final int windowSamples;

        Batch(int capacity, int windowSamples) {
            super(capacity, windowSamples);
            this.windowSamples = windowSamples;
            this.gates = new NoiseGate[capacity];
            for (int i = 0; i < capacity; i++) {
                gates[i] = new NoiseGate();
            }
        }

        @Override
        protected void clear(int caller) {
            gates[caller].reset();
        }

        @Override
        public void activity(int caller, NoiseGate.Activity activity) {
            checkInUse(caller);
            gates[caller].activity(activity);
        }

        @Override
        protected float advance(int caller, short[] samples, int offset) {
            NoiseGate gate = gates[caller];
            gate.window(NoiseGate.energy(samples, offset, windowSamples));
            return gate.probability();
        }
    }
}
