package dev.duplexvoice.benchmarks.tts;

import java.util.Arrays;

/** Milliseconds of one thing that was timed again and again. */
final class Times {
    private double[] values = new double[64];
    private int count;

    void add(long nanos) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = nanos / 1e6;
    }

    int count() {
        return count;
    }

    double median() {
        return percentile(50);
    }

    /** The smallest time that so many percent of all do not exceed. */
    double percentile(int percent) {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return count == 0 ? Double.NaN : sorted[Math.max(0, (int) Math.ceil(count * percent / 100.0) - 1)];
    }
}
