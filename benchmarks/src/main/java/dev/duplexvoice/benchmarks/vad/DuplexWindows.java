package dev.duplexvoice.benchmarks.vad;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;

/** Ours, as a host uses it: 16-bit samples in, {@link VadBatch#run}, probabilities out. */
final class DuplexWindows implements Windows {
    private final VoiceActivityDetector detector;
    private final VadBatch batch;
    private final short[] audio;
    private final int streams;
    private final int[] at;

    DuplexWindows(Path model, short[] audio, int streams) {
        this.audio = audio;
        this.streams = streams;
        detector = new NativeVoiceProvider().openDetector("duplex", model, Material.SAMPLE_RATE);
        try {
            batch = detector.newBatch(streams);
        } catch (RuntimeException e) {
            detector.close();
            throw e;
        }
        at = new int[streams];
        for (int i = 0; i < streams; i++) {
            if (batch.acquire() != i) {
                throw new IllegalStateException("a new batch does not give its indices in order");
            }
        }
    }

    @Override
    public void begin(int stride) {
        for (int i = 0; i < streams; i++) {
            batch.reset(i);
            at[i] = (int) ((long) i * stride * SAMPLES % audio.length);
        }
    }

    @Override
    public double advance() {
        for (int i = 0; i < streams; i++) {
            batch.submit(i, audio, at[i]);
            int next = at[i] + SAMPLES;
            at[i] = next == audio.length ? 0 : next;
        }
        batch.run();
        double sum = 0;
        for (int i = 0; i < streams; i++) {
            sum += batch.probability(i);
        }
        return sum;
    }

    @Override
    public float probability(int stream) {
        return batch.probability(stream);
    }

    @Override
    public void close() {
        batch.close();
        detector.close();
    }
}
