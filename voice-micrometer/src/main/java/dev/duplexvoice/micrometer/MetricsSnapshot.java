package dev.duplexvoice.micrometer;

import java.time.Duration;
import java.util.Map;

/**
 * The metrics as they were at one time, for an endpoint that is read by people and programs without a monitoring system. Keys are the
 * metrics' names, sorted.
 *
 * @param window how far back percentiles look
 * @param latencies what was recorded within the window, of all label values together: latencies in milliseconds, ratios as they are
 * @param totals counters since the start, of all label values together
 * @param gauges values now, of all label values together
 */
public record MetricsSnapshot(
        Duration window, Map<String, Figures> latencies, Map<String, Double> totals, Map<String, Double> gauges) {

    /**
     * A distribution. All are at most 3.2 % too high and never too low; and are 0 if nothing was recorded.
     *
     * @param count how many values
     * @param p50 the value that half of them do not exceed
     * @param p95 that 95 % do not
     * @param p99 that 99 % do not
     * @param max the largest
     * @param min the smallest
     * @param mean of all
     */
    public record Figures(long count, double p50, double p95, double p99, double max, double min, double mean) {}
}
