package dev.duplexvoice.examples.loadtest;

import java.util.function.IntPredicate;

/** Looks for the most sessions that a machine holds: doubles until it does not, then halves the gap. */
public final class DensitySearch {
    /** The answer is this near, as a part of it; runs differ by more. */
    private static final int PRECISION = 20;

    private DensitySearch() {}

    /**
     * The highest number that holds, to a twentieth of it.
     *
     * @param start the first number tried
     * @param most not exceeded
     * @return 0 if not even one holds
     */
    public static int highest(int start, int most, IntPredicate holds) {
        int holding = 0;
        int failing = most + 1;
        int next = Math.min(start, most);
        while (next > holding && next < failing) {
            if (holds.test(next)) {
                holding = next;
            } else {
                failing = next;
            }
            if (failing > most) {
                next = Math.min(2 * holding, most);
            } else if (holding == 0) {
                next = failing / 2;
            } else if (failing - holding > Math.max(1, holding / PRECISION)) {
                next = (holding + failing) / 2;
            } else {
                return holding;
            }
        }
        return holding;
    }
}
