package dev.duplexvoice.internal;

import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;

/** A detector's batch and how many of its states are taken; owned by an audio loop. */
final class DetectorBatch {
    final VoiceActivityDetector detector;
    final VadBatch vad;
    private final int capacity;
    private int taken;

    /** Whether it has windows that were not run. */
    boolean pending;

    DetectorBatch(VoiceActivityDetector detector, int capacity) {
        this.detector = detector;
        this.capacity = capacity;
        this.vad = detector.newBatch(capacity);
    }

    /** Reserves a caller's state; -1 if there is none. */
    int take() {
        int caller = taken < capacity ? vad.acquire() : -1;
        if (caller >= 0) {
            taken++;
        }
        return caller;
    }

    /** A caller's state was released. */
    void give() {
        taken--;
    }
}
