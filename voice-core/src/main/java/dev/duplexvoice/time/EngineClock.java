package dev.duplexvoice.time;

/** Where an engine reads the time. Everything in an engine uses the clock that it was built with, and no other. */
public interface EngineClock {

    /**
     * Nanoseconds since an arbitrary origin; never runs backwards. Thread-safe. An engine bears a clock that breaks this: where it
     * steps back, time goes on from the latest one; where it leaps ahead by more than 200 ms, frames that nobody could play are left
     * out.
     */
    long nanoTime();

    /** The system's monotonic clock. */
    static EngineClock system() {
        return SystemClock.INSTANCE;
    }
}
