package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.VadObserver;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** Probabilities of a detector on their way from the audio loop to whoever asks for them now and then. */
final class VadReports implements VadObserver {
    /** 2 s of windows of 32 ms; older ones are lost if nobody asks. */
    private static final int WINDOWS = 64;

    private final AtomicIntegerArray probabilities = new AtomicIntegerArray(WINDOWS);
    /** Written by the loop after the probability. */
    private volatile long written;

    private volatile long endSample;
    private volatile int rate = 16_000;
    private long read;

    /** What came since the last report. */
    interface Reader {
        /** @param end of the last window, in nanoseconds since the session's input began */
        void report(long end, float[] values);
    }

    @Override
    public void window(long end, int sampleRate, float probability) {
        long at = written;
        probabilities.set((int) (at % WINDOWS), Float.floatToRawIntBits(probability));
        endSample = end;
        rate = sampleRate;
        written = at + 1;
    }

    /** One thread at a time. */
    void report(Reader reader) {
        long until = written;
        if (until == read) {
            return;
        }
        int count = (int) Math.min(until - read, WINDOWS / 2);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Float.intBitsToFloat(probabilities.get((int) ((until - count + i) % WINDOWS)));
        }
        read = until;
        reader.report(endSample * 1_000_000_000L / rate, values);
    }
}
