package dev.duplexvoice.time;

/** Where an engine reads the time. Everything in an engine uses the clock that it was built with, and no other. */
public interface EngineClock {

    /** Nanoseconds since an arbitrary origin; never runs backwards. Thread-safe. */
    long nanoTime();

    /** The system's monotonic clock. */
    static EngineClock system() {
        return System::nanoTime;
    }
}
