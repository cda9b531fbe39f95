package dev.duplexvoice.internal;

/** Something that another thread wants done on an audio loop. */
interface LoopTask {

    /** Does it. On the loop. */
    void run();

    /** The loop has stopped, so it will not be done. Any thread. */
    default void abandoned() {}
}
