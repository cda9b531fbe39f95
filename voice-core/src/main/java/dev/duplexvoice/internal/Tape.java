package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import org.jspecify.annotations.Nullable;

/**
 * Where all that the loop's side of a session sees of the world passes by: time, audio, probabilities, what other threads have
 * made or want done. This one lets everything pass; one that records writes it down; one that replays gives what was written
 * down instead of what it is given. So a replay runs the very code that ran live. Owned by the audio loop but for what says
 * otherwise.
 */
class Tape {
    /** Nothing is recorded. */
    static final Tape NONE = new Tape();

    /** As a count of samples: there is no frame. */
    static final int NO_FRAME = -1;
    /** As a count of samples: there is no frame, and there will be no more of this reply. */
    static final int LAST_FRAME = -2;

    // ------------------------------------------------------------------------------------------ values

    /** @param most the largest that it can be; the smallest is 0 */
    long number(TapeTag tag, long live, long most) {
        return live;
    }

    boolean flag(TapeTag tag, boolean live) {
        return live;
    }

    /** A time of the engine's clock, in nanoseconds. */
    long time(TapeTag tag, long live) {
        return live;
    }

    float probability(float live) {
        return live;
    }

    String text(TapeTag tag, String live) {
        return live;
    }

    /** @param count samples of the audio, or {@link #NO_FRAME} or {@link #LAST_FRAME} */
    int audio(TapeTag tag, int count, short[] audio) {
        return count;
    }

    /** Input samples that were dropped before those polled last; hardly ever any. */
    long missing(long live) {
        return live;
    }

    /** Before a call of a plugin that answers nothing. */
    void mayThrow() {}

    /** It threw. */
    void threw(Throwable e) {}

    // ------------------------------------------------------------------------------------------ the session's life

    void started(long openedAt, long now, long firstTick) {}

    void pass(long now) {}

    /** The pass is over. Returns why the recording has ended before the session, once; else null. */
    @Nullable
    VoiceException passed(long now) {
        return null;
    }

    /** The session has left the loop. Idempotent. */
    void ended() {}

    /** The session was never started. */
    void discarded() {}

    /** Runs an action once all is written. Any thread. */
    void whenWritten(Runnable action) {
        action.run();
    }

    // ------------------------------------------------------------------------------------------ what others want done

    /** Begins the record of something done; null if nothing is to be written. */
    @Nullable
    TapeWriter action(TapeTag tag, long now) {
        return null;
    }
}
