package dev.duplexvoice.support;

import dev.duplexvoice.vad.NoiseGate;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.ArrayList;
import java.util.List;

/** Takes positive samples for speech: a window has the probability 0.9 if half of it is positive, else 0.1. */
public final class LoudnessDetector implements VoiceActivityDetector {
    public static final int WINDOW = 512;

    public final List<Batch> batches = new ArrayList<>();
    public boolean closed;

    /** So many times it may be told what the agent does; the next time throws. */
    public int activities = Integer.MAX_VALUE;

    /** Thrown by the next runs. */
    public RuntimeException failure;

    /** Sample n of a caller: positive in speech, negative in silence, and told from its neighbours. */
    public static short sample(long n, boolean speech) {
        short value = (short) (1 + n % 30_000);
        return speech ? value : (short) -value;
    }

    @Override
    public String name() {
        return "loudness";
    }

    @Override
    public int sampleRate() {
        return 16_000;
    }

    @Override
    public int windowSamples() {
        return WINDOW;
    }

    @Override
    public VadBatch newBatch(int capacity) {
        Batch batch = new Batch(capacity);
        batches.add(batch);
        return batch;
    }

    @Override
    public void close() {
        closed = true;
    }

    /** Strict about its contract. */
    public final class Batch implements VadBatch {
        private final boolean[] used;
        private final boolean[] submitted;
        private final float[] probabilities;
        public final List<Integer> sizesOfRuns = new ArrayList<>();
        public boolean closed;

        Batch(int capacity) {
            used = new boolean[capacity];
            submitted = new boolean[capacity];
            probabilities = new float[capacity];
        }

        public int inUse() {
            int count = 0;
            for (boolean one : used) {
                count += one ? 1 : 0;
            }
            return count;
        }

        @Override
        public int capacity() {
            return used.length;
        }

        @Override
        public int acquire() {
            for (int i = 0; i < used.length; i++) {
                if (!used[i]) {
                    used[i] = true;
                    submitted[i] = false;
                    return i;
                }
            }
            return -1;
        }

        @Override
        public void release(int caller) {
            check(caller);
            used[caller] = false;
        }

        @Override
        public void reset(int caller) {
            check(caller);
        }

        @Override
        public void submit(int caller, short[] samples, int offset) {
            check(caller);
            if (submitted[caller]) {
                throw new IllegalStateException("caller=" + caller + ": has a window already");
            }
            int positive = 0;
            for (int i = 0; i < WINDOW; i++) {
                positive += samples[offset + i] > 0 ? 1 : 0;
            }
            submitted[caller] = true;
            probabilities[caller] = 2 * positive >= WINDOW ? 0.9f : 0.1f;
        }

        @Override
        public void activity(int caller, NoiseGate.Activity activity) {
            check(caller);
            if (--activities < 0) {
                throw new IllegalStateException("activity");
            }
        }

        @Override
        public int run() {
            if (failure != null) {
                throw failure;
            }
            int count = 0;
            for (int i = 0; i < submitted.length; i++) {
                count += submitted[i] ? 1 : 0;
                submitted[i] = false;
            }
            if (count > 0) {
                sizesOfRuns.add(count);
            }
            return count;
        }

        @Override
        public float probability(int caller) {
            check(caller);
            return probabilities[caller];
        }

        @Override
        public void close() {
            closed = true;
        }

        private void check(int caller) {
            if (closed || caller < 0 || caller >= used.length || !used[caller]) {
                throw new IllegalArgumentException("caller=" + caller + ": not in use");
            }
        }
    }
}
