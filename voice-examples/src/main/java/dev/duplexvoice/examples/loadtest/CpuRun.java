package dev.duplexvoice.examples.loadtest;

/**
 * What a run took of the machine's processors.
 *
 * @param cpuSeconds of the whole process, by the operating system: audio loops, workers, telemetry, compiler and collector, and this
 *     program's transports
 * @param seconds measured
 * @param counts of events within them
 * @param told to the operator, from the beginning of the run
 * @param droppedInput 20 ms chunks that found no room
 * @param endedSessions sessions that ended by themselves
 */
public record CpuRun(
        TelemetryKind telemetry,
        double cpuSeconds,
        double seconds,
        Counts counts,
        Told told,
        long droppedInput,
        long endedSessions) {

    /** What makes its figure worthless; empty if nothing does. */
    String defects() {
        String defects = LoadReport.defects(counts, droppedInput, endedSessions);
        if (told.lost() == 0) {
            return defects;
        }
        return (defects.isEmpty() ? "" : defects + ", ") + told.lost() + " events or log lines not told";
    }
}
