package dev.duplexvoice.micrometer.internal;

import java.time.Duration;
import java.util.Arrays;

/**
 * Counts what was good and what was bad by the minute for six hours and by the hour for thirty days: so a window is known to a minute, or,
 * if it is longer than six hours, to an hour. Thread-safe.
 */
public final class GoodAndBad {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();
    private static final int MINUTES = 6 * 60 + 1;
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final int HOURS = 30 * 24 + 1;

    private final Ring minutes = new Ring(MINUTE, MINUTES);
    private final Ring hours = new Ring(HOUR, HOURS);

    /**
     * What was counted in a window.
     *
     * @param good what was as promised
     * @param bad what was not
     */
    public record Counts(long good, long bad) {
        /** All of it. */
        public long total() {
            return good + bad;
        }
    }

    private static final class Ring {
        private final long slotNanos;
        private final long[] slots;
        private final long[] good;
        private final long[] bad;

        Ring(long slotNanos, int count) {
            this.slotNanos = slotNanos;
            slots = new long[count];
            good = new long[count];
            bad = new long[count];
            Arrays.fill(slots, Long.MIN_VALUE);
        }

        void add(long now, long goodOnes, long badOnes) {
            long slot = Math.floorDiv(now, slotNanos);
            int at = (int) Math.floorMod(slot, (long) slots.length);
            if (slots[at] != slot) {
                slots[at] = slot;
                good[at] = 0;
                bad[at] = 0;
            }
            good[at] += goodOnes;
            bad[at] += badOnes;
        }

        Counts sum(long now, long windowNanos) {
            long newest = Math.floorDiv(now, slotNanos);
            long oldest = Math.floorDiv(now - windowNanos, slotNanos);
            long goodOnes = 0;
            long badOnes = 0;
            for (int i = 0; i < slots.length; i++) {
                // The slot in which the window begins is left out, but for the one that goes on.
                if (slots[i] > oldest && slots[i] <= newest) {
                    goodOnes += good[i];
                    badOnes += bad[i];
                }
            }
            return new Counts(goodOnes, badOnes);
        }
    }

    /** Nothing counted yet. */
    public GoodAndBad() {}

    /** Counts. */
    public synchronized void add(long now, long good, long bad) {
        minutes.add(now, good, bad);
        hours.add(now, good, bad);
    }

    /** What was counted within a window before this time, of up to thirty days. */
    public synchronized Counts within(long now, Duration window) {
        long nanos = window.toNanos();
        return (nanos < MINUTE * MINUTES ? minutes : hours).sum(now, nanos);
    }
}
