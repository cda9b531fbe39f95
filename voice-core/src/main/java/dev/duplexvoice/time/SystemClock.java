package dev.duplexvoice.time;

/** The system's monotonic clock. */
enum SystemClock implements EngineClock {
    INSTANCE;

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
