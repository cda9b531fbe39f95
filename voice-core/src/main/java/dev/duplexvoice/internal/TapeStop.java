package dev.duplexvoice.internal;

import dev.duplexvoice.recording.Replay;

/** Ends a replay. */
final class TapeStop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Replay.End end;

    TapeStop(Replay.End end, String message) {
        super(message, null, false, false);
        this.end = end;
    }

    Replay.End end() {
        return end;
    }
}
