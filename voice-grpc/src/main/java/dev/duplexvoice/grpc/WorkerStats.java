package dev.duplexvoice.grpc;

import java.util.List;

/**
 * A worker as it is now.
 *
 * @param sessions those that live, those that are being started included
 * @param maxSessions sessions at most
 * @param syntheses those that run
 * @param queueDepth syntheses that wait for a thread
 * @param rtf seconds of computing for a second of audio, over the last minute; 0 if there was none
 * @param residentModels voices in memory
 * @param draining whether new sessions are refused
 */
public record WorkerStats(
        int sessions,
        int maxSessions,
        int syntheses,
        int queueDepth,
        double rtf,
        List<String> residentModels,
        boolean draining) {
    /** Takes a copy. */
    public WorkerStats {
        residentModels = List.copyOf(residentModels);
    }
}
