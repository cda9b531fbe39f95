package dev.duplexvoice.examples.loadtest;

/**
 * What one side of a comparison took of the machine's processors.
 *
 * @param cpuSeconds of its threads, by the operating system: audio loops, workers, telemetry, and this program's transports
 * @param conversationSeconds of these, audio loops, workers and transports: all but the threads that telemetry has of its own
 * @param processSeconds of the whole process meanwhile: both sides, compiler and collector, and the receiver of spans
 * @param allocated bytes of the heap that its threads took: its share of the collector's work
 * @param seconds measured
 * @param counts of events within them
 * @param told to the operator, from the beginning of the run
 * @param droppedInput 20 ms chunks that found no room
 * @param endedSessions sessions that ended by themselves
 */
public record CpuRun(
        TelemetryKind telemetry,
        double cpuSeconds,
        double conversationSeconds,
        double processSeconds,
        long allocated,
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
