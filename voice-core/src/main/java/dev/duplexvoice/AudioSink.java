package dev.duplexvoice;

/**
 * Is given a session's output instead of having to ask for it; set with {@link SessionOptions.Builder#audioSink}. All methods are
 * called on worker threads, in order, one at a time. They may block: frames wait in the session's output, and then the
 * synthesizer does. What they throw is reported as an event of the session, and the frame is gone.
 */
@FunctionalInterface
public interface AudioSink {

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

    /** The session has ended; nothing follows. */
    default void closed(CloseReason reason) {}
}
