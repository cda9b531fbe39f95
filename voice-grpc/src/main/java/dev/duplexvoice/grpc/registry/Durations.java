package dev.duplexvoice.grpc.registry;

import java.time.Duration;

/** Checks of durations among options. */
final class Durations {
    private Durations() {}

    static void require(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + "=" + value + ": must be " + least + " to " + most);
        }
    }
}
