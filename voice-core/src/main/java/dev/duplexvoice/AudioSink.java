package dev.duplexvoice;

/**
 * Is given a session's output instead of having to ask for it; set with {@link SessionOptions.Builder#audioSink}. All methods are
 * called on worker threads, in order, one at a time. They may block: frames wait in the session's output, and then the
 * synthesizer does. A transport that can tell when it takes more need not hold a thread for that: see {@link #isReady}. What they throw
 * is reported as an event of the session, and the frame is gone.
 */
@FunctionalInterface
public interface AudioSink {

    /**
     * Called once, before all others.
     *
     * @param ready to be run when {@link #isReady} has become true after it was false; any thread, never blocks
     */
    default void start(Runnable ready) {}

    /**
     * Whether it takes a frame now. While it does not, frames wait in the session's output, at most 8, and then the reply does; a
     * flush and the end are told all the same.
     */
    default boolean isReady() {
        return true;
    }

    /**
     * A frame to be played.
     *
     * @param samples the frame; valid until this returns
     * @param length how many samples it has
     * @param position its place in the output, in samples since the session was opened; silence belongs into a gap
     */
    void frame(short[] samples, int length, long position);

    /** The reply was cut off: drop what has not been played. */
    default void flush() {}

    /**
     * The same; this is the one that is called.
     *
     * @param position frames that follow are at this place or behind it, in samples since the session was opened
     */
    default void flush(long position) {
        flush();
    }

    /** The session has ended; nothing follows. */
    default void closed(CloseReason reason) {}
}
