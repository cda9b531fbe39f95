package dev.duplexvoice.telemetry;

/** Figures that are asked for and not told: of an engine, or of a worker. Any thread, at any rate; a moment old. */
public interface TelemetrySource {

    /** Syntheses that wait for a thread. */
    int synthesisQueue();

    /** Models in memory. */
    int residentModels();
}
