package dev.duplexvoice.micrometer;

import java.util.List;

/** Reads the GPUs of this machine, as NVML tells of them. */
@FunctionalInterface
public interface GpuSource {

    /** Those there are, in the same order each time; none without a driver. Called when metrics are read; may take milliseconds. */
    List<Gpu> read();

    /**
     * A GPU now. What is not known is NaN.
     *
     * @param id its number, {@code 0}
     * @param memoryUsedBytes of its memory
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
