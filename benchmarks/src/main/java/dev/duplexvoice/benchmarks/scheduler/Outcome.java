package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.telemetry.LatencySnapshot;

/**
 * What came of a simulation.
 *
 * @param name of the load
 * @param sessions that there were
 * @param speaking of them on average, in audio played for each second
 * @param load share of time in which the device computed
 * @param first from a reply's first frames to its first samples
 * @param waits from a push to its samples, of all
 * @param replies that were over
 * @param gaps within replies
 * @param gapMillis of all gaps together
 * @param longestGapMillis of them
 * @param late jobs that the scheduler counted as late
 * @param jobs that there were
 * @param meanBatch streams of a batch
 */
record Outcome(
        String name,
        Policy policy,
        int sessions,
        double speaking,
        double load,
        LatencySnapshot first,
        LatencySnapshot waits,
        long replies,
        long gaps,
        double gapMillis,
        double longestGapMillis,
        long late,
        long jobs,
        double meanBatch) {

    double firstMillis(double percent) {
        return first.percentile(percent) / 1e6;
    }

    /** Of a thousand replies. */
    double gapsOfThousand() {
        return replies == 0 ? 0 : 1e3 * gaps / replies;
    }
}
