package dev.duplexvoice.logging;

/** Where lines end up. Used by one thread at a time; what goes wrong is its own to count and to tell. */
interface LineSink extends AutoCloseable {

    /** Takes a line with its end. */
    void write(byte[] line);

    /** Brings what was taken to where it belongs. */
    void flush();

    /** Counts a line that did not even get here. Any thread, also while another one hangs in {@link #write}. */
    void refused();

    /** Tells of lines that were refused. */
    void lost(long lines);

    @Override
    void close();
}
