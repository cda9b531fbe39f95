package dev.duplexvoice.internal;

import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.ArrayList;
import java.util.List;

/**
 * The detector's states of a loop's sessions. They are the loop's and not a phase's, because a state cannot move from batch to
 * batch, and a session may move from phase to phase. Each batch is twice as large as the one before it, so a pass makes few calls
 * however many sessions there are. Owned by the loop.
 */
final class DetectorBatches {
    private static final int SMALLEST = 64;
    private static final int LARGEST = 1_024;

    private final List<DetectorBatch> batches = new ArrayList<>();

    /** Reserves a state for the session, in the first batch that has room. Returns its number in {@link Seat#batch}. */
    int take(Seat seat, VoiceActivityDetector detector) {
        for (DetectorBatch batch : batches) {
            int caller = take(seat, detector, batch);
            if (caller >= 0) {
                return caller;
            }
        }
        DetectorBatch batch = new DetectorBatch(detector, Math.min(LARGEST, SMALLEST << Math.min(batches.size(), 8)));
        batches.add(batch);
        int caller = take(seat, detector, batch);
        if (caller < 0) {
            throw new IllegalStateException("detector " + detector.name() + ": a new batch has no room");
        }
        return caller;
    }

    private static int take(Seat seat, VoiceActivityDetector detector, DetectorBatch batch) {
        int caller = batch.detector == detector ? batch.take() : -1;
        if (caller >= 0) {
            seat.batch = batch;
        }
        return caller;
    }

    /** The session has released its state. */
    static void give(Seat seat) {
        DetectorBatch batch = seat.batch;
        seat.batch = null;
        if (batch != null) {
            batch.give();
        }
    }

    /** Closes them. */
    void close() {
        batches.forEach(batch -> AudioLoop.guarded(batch.vad::close));
        batches.clear();
    }
}
