package dev.duplexvoice.internal;

import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The sessions of a loop that tick at the same instants, and the batches that judge their windows in one call. */
final class Phase {
    /** Room for a phase's share of a thousand sessions. */
    private static final int SMALLEST_BATCH = 64;

    private static final int LARGEST_BATCH = 1_024;

    private Seat[] seats = new Seat[16];
    private int count;
    private final List<DetectorBatch> batches = new ArrayList<>();

    /** When its sessions tick next; {@link Long#MAX_VALUE} if there are none. */
    long next = Long.MAX_VALUE;

    int count() {
        return count;
    }

    Seat seat(int index) {
        return seats[index];
    }

    void add(Seat seat) {
        if (count == seats.length) {
            seats = Arrays.copyOf(seats, 2 * count);
        }
        seat.phase = this;
        seat.index = count;
        seats[count++] = seat;
    }

    @SuppressWarnings("NullAway") // An array has no element type for "unused".
    void remove(Seat seat) {
        Seat last = seats[--count];
        seats[seat.index] = last;
        last.index = seat.index;
        seats[count] = null;
        seat.phase = null;
        if (count == 0) {
            next = Long.MAX_VALUE;
        }
    }

    /** Reserves a detector's state for the session, in a batch of this phase, a spare or a new one. */
    int takeState(Seat seat, VoiceActivityDetector detector, List<DetectorBatch> spares) {
        for (DetectorBatch batch : batches) {
            int caller = takeState(seat, detector, batch);
            if (caller >= 0) {
                return caller;
            }
        }
        DetectorBatch batch = spare(detector, spares);
        if (batch == null) {
            batch = new DetectorBatch(detector, Math.min(LARGEST_BATCH, SMALLEST_BATCH << Math.min(batches.size(), 8)));
        }
        batches.add(batch);
        int caller = takeState(seat, detector, batch);
        if (caller < 0) {
            throw new IllegalStateException("detector " + detector.name() + ": a new batch has no room");
        }
        return caller;
    }

    private static int takeState(Seat seat, VoiceActivityDetector detector, DetectorBatch batch) {
        int caller = batch.detector == detector ? batch.take() : -1;
        if (caller >= 0) {
            seat.batch = batch;
        }
        return caller;
    }

    private static @Nullable DetectorBatch spare(VoiceActivityDetector detector, List<DetectorBatch> spares) {
        for (int i = 0; i < spares.size(); i++) {
            if (spares.get(i).detector == detector) {
                return spares.remove(i);
            }
        }
        return null;
    }

    /** The session has released its state; a batch that is not used any more becomes a spare. */
    void gaveState(Seat seat, List<DetectorBatch> spares) {
        DetectorBatch batch = seat.batch;
        seat.batch = null;
        if (batch != null) {
            batch.give();
            if (batch.isEmpty() && batches.remove(batch)) {
                spares.add(batch);
            }
        }
    }

    /** Closes its batches. */
    void close() {
        batches.forEach(batch -> AudioLoop.guarded(batch.vad::close));
        batches.clear();
    }
}
