package dev.duplexvoice.examples.loadtest;

/**
 * What a run has told its operator.
 *
 * @param scrapes of all metrics
 * @param spans that were taken by the receiver
 * @param lines of the log that were written
 * @param lost events and lines that were left out; then telemetry did less than it should
 */
public record Told(long scrapes, long spans, long lines, long lost) {}
