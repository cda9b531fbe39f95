package dev.duplexvoice.internal.output;

/** The smallest of the last values, of those that were not {@code none}; which are few. Not thread-safe. */
final class SlidingMinimum {
    private final int window;
    private final int none;
    // Candidates, each smaller than the ones after it and older.
    private final int[] values;
    private final int[] times;
    private final int mask;
    private int head;
    private int tail;
    private int now;

    /**
     * @param window how many values count
     * @param none the largest value there is, and the minimum of nothing else
     */
    SlidingMinimum(int window, int none) {
        this.window = window;
        this.none = none;
        int size = Integer.highestOneBit(Math.max(1, window - 1)) << 1;
        this.values = new int[size];
        this.times = new int[size];
        this.mask = size - 1;
    }

    int next(int value) {
        now++;
        if (head != tail && now - times[head & mask] >= window) {
            head++;
        }
        if (value < none) {
            while (head != tail && values[(tail - 1) & mask] >= value) {
                tail--;
            }
            values[tail & mask] = value;
            times[tail & mask] = now;
            tail++;
        }
        return head == tail ? none : values[head & mask];
    }

    /** Whether none of the last values counts. */
    boolean isEmpty() {
        return head == tail;
    }

    void reset() {
        head = 0;
        tail = 0;
        now = 0;
    }
}
