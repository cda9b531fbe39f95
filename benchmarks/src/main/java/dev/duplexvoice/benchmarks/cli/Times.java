package dev.duplexvoice.benchmarks.cli;

import java.util.Arrays;

/** Milliseconds of one thing that was timed again and again; not thread-safe. */
public final class Times {
    private double[] values = new double[64];
    private int count;

    /** None yet. */
    public Times() {}

    /** One more. */
    public void add(long nanos) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = nanos / 1e6;
    }

    /** Those of another, too. */
    public void add(Times others) {
        values = Arrays.copyOf(values, Math.max(values.length, count + others.count));
        System.arraycopy(others.values, 0, values, count, others.count);
        count += others.count;
    }

    /** How many. */
    public int count() {
        return count;
    }

    /** Half of all do not exceed it. */
    public double median() {
        return percentile(50);
    }

    /** The smallest time that so many percent of all do not exceed. */
    public double percentile(int percent) {
        double[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return count == 0 ? Double.NaN : sorted[Math.max(0, (int) Math.ceil(count * percent / 100.0) - 1)];
    }
}
