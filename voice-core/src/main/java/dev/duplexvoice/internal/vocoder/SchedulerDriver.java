package dev.duplexvoice.internal.vocoder;

/** What has a {@link BatchScheduler} do its work. */
interface SchedulerDriver {

    /** Begins. */
    void start();

    /** A job was added. Any thread. */
    void wake();

    /** Ends when nothing waits and nothing is under way any more. Any thread. */
    void end();
}
