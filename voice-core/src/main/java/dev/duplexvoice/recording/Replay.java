package dev.duplexvoice.recording;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a replay went.
 *
 * @param end how it ended
 * @param message why it ended before the session did, as a sentence; null if it did not
 * @param records read
 * @param length from the opening of the session to the last thing replayed
 * @param events told
 * @param frames given
 */
public record Replay(End end, @Nullable String message, long records, Duration length, long events, long frames) {

    /** How a replay ended. */
    public enum End {
        /** With the session. */
        COMPLETE,
        /** With the file: the session still ran, its process or disk did not. All up to here is as it was. */
        CUT,
        /** Where the recording was given up, because the file could not take more. All up to here is as it was. */
        ABANDONED,
        /** At bytes that are not what was written. All up to here is as it was. */
        CORRUPT,
        /** At a record that is not what the session asks for next: this library works otherwise than the one that made it. */
        DIVERGED
    }

    /** Whether all that was recorded is in the file and was replayed. */
    public boolean isFaithful() {
        return end != End.CORRUPT && end != End.DIVERGED;
    }
}
