package dev.duplexvoice.telemetry;

/** Figures that are asked for and not told: of an engine, of a worker, or of a device that voices share. Any thread, at any rate; a moment old. */
public interface TelemetrySource {

    /** Syntheses that wait for a thread. */
    int synthesisQueue();

    /** Models in memory. */
    int residentModels();

    /** Streams whose frames wait for a device that they share; -1 of a source without one. */
    default int vocoderQueue() {
        return -1;
    }
}
