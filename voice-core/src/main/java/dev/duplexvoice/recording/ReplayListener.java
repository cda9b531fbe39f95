package dev.duplexvoice.recording;

import dev.duplexvoice.SessionEvent;

/** Told what happens in a replay, in order, on the thread that runs it. What it throws ends the replay. */
public interface ReplayListener {

    /** An event, as the session's listener was told it. */
    default void event(SessionEvent event) {}

    /**
     * A frame that the host took from the session.
     *
     * @param position of its first sample in the output, in samples since the session was opened
     * @param samples 20 ms in the output's format; the listener may keep them
     * @param spoken how many of the samples belong to a reply; the rest is silence
     */
    default void frame(long position, short[] samples, int spoken) {}
}
