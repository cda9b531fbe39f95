package dev.duplexvoice.grpc.registry;

/**
 * What a worker said of itself with its last heartbeat.
 *
 * @param rtf real-time factor: seconds of synthesis for a second of audio; NaN if it did not say
 * @param queueDepth syntheses that wait there; NaN if it did not say
 */
public record WorkerMetrics(double rtf, double queueDepth) {
    /** It said nothing. */
    public static final WorkerMetrics UNKNOWN = new WorkerMetrics(Double.NaN, Double.NaN);

    /** @throws IllegalArgumentException if one is negative or infinite */
    public WorkerMetrics {
        require("rtf", rtf);
        require("queue_depth", queueDepth);
    }

    private static void require(String name, double value) {
        if (value < 0 || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + "=" + value + ": must be 0 or more, and finite");
        }
    }
}
