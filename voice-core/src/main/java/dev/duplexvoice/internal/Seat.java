package dev.duplexvoice.internal;

import org.jspecify.annotations.Nullable;

/** A session's place on its audio loop; owned by the loop. */
final class Seat {
    final SessionCore session;

    /** Null before the session is on the loop and after it has left. */
    @Nullable
    Phase phase;

    /** Where it is in the phase's list. */
    int index;

    /** Holds the detector's state; null if the host tells when the caller speaks. */
    @Nullable
    DetectorBatch batch;

    /** Whether the pass that is going on has it on its list. */
    boolean inPass;

    /** Whether the detector has a window of it. */
    boolean submitted;

    /** Run when it has left. */
    private @Nullable Runnable left;

    Seat(SessionCore session) {
        this.session = session;
    }

    void whenLeft(Runnable action) {
        left = action;
    }

    void leave() {
        Runnable action = left;
        left = null;
        if (action != null) {
            action.run();
        }
    }
}
