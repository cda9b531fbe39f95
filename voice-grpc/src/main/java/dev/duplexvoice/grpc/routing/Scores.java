package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerInfo;

/** What the strategies make of workers; lower is better. */
final class Scores {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private Scores() {}

    static double load(WorkerInfo worker, int inFlight, RoutingOptions options) {
        double waiting = worker.metrics().queueDepth();
        int limit = worker.capabilities().maxConcurrentSessions();
        return (inFlight + (Double.isNaN(waiting) ? 0 : waiting)) / (limit > 0 ? limit : options.assumedCapacity());
    }

    /**
     * Fills in the scores of some workers.
     *
     * @param members their indices, the first {@code count} of them
     * @param turn the number of the decision
     */
    static void score(
            RoutingOptions options,
            long turn,
            int[] members,
            int count,
            double[] load,
            double[] latency,
            int[] inFlight,
            double[] score) {
        double highestLoad = 0;
        double slowest = 0;
        for (int i = 0; i < count; i++) {
            int member = members[i];
            highestLoad = Math.max(highestLoad, load[member]);
            slowest = latency[member] > slowest ? latency[member] : slowest;
        }
        for (int i = 0; i < count; i++) {
            int member = members[i];
            double expected = expected(latency[member], inFlight[member], slowest);
            score[member] = switch (options.strategy()) {
                case LEAST_LOADED -> load[member];
                case LEAST_LATENCY -> expected;
                case ROUND_ROBIN -> 0;
                case RANDOM -> random(options.seed(), turn, i);
                case WEIGHTED ->
                    options.loadWeight() * share(load[member], highestLoad)
                            + (1 - options.loadWeight()) * share(expected, slowest);
            };
        }
    }

    /** An unmeasured worker is tried by one call at a time. */
    private static double expected(double latency, int inFlight, double slowest) {
        if (Double.isNaN(latency)) {
            return inFlight == 0 ? 0 : slowest;
        }
        return latency;
    }

    private static double share(double value, double highest) {
        return highest == 0 ? 0 : value / highest;
    }

    /** From 0 to 1, the same for the same decision: the mixing function of {@link java.util.SplittableRandom}, which has a state. */
    private static double random(long seed, long turn, int position) {
        long mixed = mix(mix(seed + GOLDEN_GAMMA * turn) + GOLDEN_GAMMA * (position + 1));
        return (mixed >>> 11) * 0x1.0p-53;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
