package dev.duplexvoice.spi;

import java.util.List;

/**
 * Reads the GPUs of this machine, for metrics. Found by {@link java.util.ServiceLoader}; the constructor must be cheap: nothing is loaded
 * before the first {@link #read()}. Thread-safe.
 */
@FunctionalInterface
public interface GpuSource extends AutoCloseable {

    /**
     * Those there are, in the same order each time; none without a driver. One that is lost stays, with nothing known of it. Takes
     * milliseconds, the first time seconds, and with a driver in trouble it may never come back: call it on a thread that has nothing
     * else to do. None, too, once this is closed.
     */
    List<Gpu> read();

    /** Idempotent. Waits for nobody who is reading. */
    @Override
    default void close() {}

    /**
     * A GPU now. What is not known is NaN.
     *
     * @param id its number, {@code 0}
     * @param memoryUsedBytes of its memory, whoever uses it
     * @param memoryTotalBytes all of its memory
     * @param utilizationPercent share of the last moment in which it computed, 0 to 100
     * @param temperatureCelsius of the chip
     * @param powerWatts that it draws
     */
    record Gpu(
            String id,
            double memoryUsedBytes,
            double memoryTotalBytes,
            double utilizationPercent,
            double temperatureCelsius,
            double powerWatts) {}
}
