package dev.duplexvoice.benchmarks.socket;

import java.util.Arrays;

/** How far frames came from 20 ms after the one before, in microseconds; used by one thread. */
final class Arrivals {
    private int[] micros = new int[1 << 16];
    private int count;
    private long starved;

    void add(long nanosApart, long nanosDue, long starvedAfterNanos) {
        if (count == micros.length) {
            micros = Arrays.copyOf(micros, 2 * count);
        }
        micros[count++] = (int) Math.min(Integer.MAX_VALUE, Math.abs(nanosApart - nanosDue) / 1_000);
        starved += nanosApart > starvedAfterNanos ? 1 : 0;
    }

    int count() {
        return count;
    }

    long starved() {
        return starved;
    }

    /** In milliseconds, ascending percentiles. */
    double[] percentiles(double... wanted) {
        int[] sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        return Arrays.stream(wanted)
                .map(percent -> count == 0
                        ? Double.NaN
                        : sorted[(int) Math.min(count - 1, Math.ceil(percent / 100 * count))] / 1e3)
                .toArray();
    }
}
