package dev.duplexvoice.internal.vocoder;

/**
 * How long batches take, as was seen: an average for each size, sizes in powers of two. A batch's size is the frames of all its streams.
 */
final class BatchTimes {
    private static final int SIZES = 48;
    /** A new time weighs a quarter: clocks and temperatures of a device move within seconds. */
    private static final int WEIGHT = 4;

    private final long[] nanos = new long[SIZES];

    private static int size(long work) {
        return 63 - Long.numberOfLeadingZeros(Math.max(1, work));
    }

    void took(long work, long time) {
        int size = size(work);
        long known = nanos[size];
        nanos[size] = Math.max(1, known == 0 ? time : known + (time - known) / WEIGHT);
    }

    /** What a batch of this size will take; 0 if none was seen yet. Of sizes that were not seen, as much as the next larger, or in proportion. */
    long estimate(long work) {
        int size = size(work);
        for (int larger = size; larger < SIZES; larger++) {
            if (nanos[larger] != 0) {
                return nanos[larger];
            }
        }
        for (int smaller = size - 1; smaller >= 0; smaller--) {
            if (nanos[smaller] != 0) {
                return nanos[smaller] << (size - smaller);
            }
        }
        return 0;
    }
}
