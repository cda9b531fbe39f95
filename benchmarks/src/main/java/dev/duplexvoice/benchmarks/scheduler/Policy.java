package dev.duplexvoice.benchmarks.scheduler;

/** What a scheduler is told of listeners. */
enum Policy {
    /** When each runs out of audio, as a session tells it. */
    TOLD,
    /** Nothing: it takes what it made to be played at once. */
    DERIVED,
    /** The same of all, so that who comes first goes first: what it is compared with. */
    FIFO
}
