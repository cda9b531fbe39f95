package dev.duplexvoice.examples.loadtest;

/**
 * What a run showed.
 *
 * @param lateness of ticks, of all sessions
 * @param silence from the detector's decision to silence at the output, the frames on their way played
 * @param lastFrame from that decision to the last frame that a host took; 0 if it took none afterwards
 * @param feederLateness how late this program itself served the lines: what it adds to {@code silence} and to gaps
 * @param ticks that were seen
 * @param missedTicks that were due and not seen
 * @param framesOut frames of replies
 * @param droppedInput 20 ms chunks that found no room
 * @param blockedOutput ticks whose frame found no room
 * @param endedSessions sessions that ended by themselves
 * @param counts of events
 * @param cores CPU time by elapsed time
 * @param heapBytesPerFrame allocated by the audio loops, by ticks
 * @param quietBytesPerFrame the same while no caller speaks and no reply is played; NaN if not measured
 * @param memory by session
 * @param rssEarly resident at a tenth of the time
 * @param rssLate and at its end
 * @param told to the operator, from the beginning of the run
 */
public record LoadResult(
        LoadPlan plan,
        Percentiles lateness,
        Percentiles silence,
        Percentiles lastFrame,
        Percentiles feederLateness,
        long ticks,
        long missedTicks,
        long framesOut,
        long droppedInput,
        long blockedOutput,
        long endedSessions,
        Counts counts,
        Cores cores,
        double heapBytesPerFrame,
        double quietBytesPerFrame,
        PerSession memory,
        long rssEarly,
        long rssLate,
        Told told) {
    /** A tick may be this late, 99 times of 100. */
    public static final double MOST_LATENESS_MILLIS = 2;

    /** A loop that leaves out more than one tick in so many does not keep up, whatever the others' lateness. */
    private static final int TICKS_PER_MISSED = 1_000;

    /**
     * CPU time by elapsed time: 1 is a core.
     *
     * @param process all of it
     * @param loops the audio loops
     * @param feeders this program's transports
     * @param workers synthesis, Responders and listeners
     */
    public record Cores(double process, double loops, double feeders, double workers) {}

    /**
     * Bytes by session.
     *
     * @param heap live objects
     * @param direct direct buffers; part of {@code beside}
     * @param beside resident beside the heap
     */
    public record PerSession(long heap, long direct, long beside) {
        /** Heap and native. */
        public long all() {
            return heap + beside;
        }
    }

    /** Whether nothing went wrong, so that the figures mean what they say. */
    public boolean isSound() {
        return counts.errors() == 0 && droppedInput == 0 && endedSessions == 0;
    }

    /** Whether the loops kept up with so many sessions. */
    public boolean holds() {
        return isSound() && lateness.p99() < MOST_LATENESS_MILLIS && missedTicks * TICKS_PER_MISSED <= ticks;
    }
}
