package dev.duplexvoice.examples.logs;

/** What is made of the lines that pass. Called in their order, by one thread. */
public interface LineSink {
    /** What a line is. */
    enum Kind {
        /** A record, or a line that is none and was not to be left out. */
        RECORD,
        /** More of the record before it, such as a stack trace. */
        MORE,
        /** A line near one that was found. */
        CONTEXT
    }

    /**
     * A line. Its bytes are valid during the call.
     *
     * @param from where it begins
     * @param to behind its last byte, without what ended the line
     * @param source the file it is of
     * @param number its number in the file, from 1
     */
    void line(Kind kind, byte[] bytes, int from, int to, String source, long number);

    /** Lines that do not stand together follow. */
    default void gap() {}

    /** Nothing more is there at the moment: whoever waits should see what there is. */
    default void flush() {}

    /** The last line was told; not called after a failure. */
    default void finish(Summary summary) {}

    /** Whether nobody wants any more. */
    default boolean isDone() {
        return false;
    }
}
