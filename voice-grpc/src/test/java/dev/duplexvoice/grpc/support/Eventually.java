package dev.duplexvoice.grpc.support;

import static org.assertj.core.api.Assertions.fail;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads and processes do. */
public final class Eventually {
    private static final long LONGEST_NANOS = 60_000_000_000L;

    private Eventually() {}

    /** Waits until it is so; fails after a minute, which is for a hanging test and no measure of anything. */
    public static void eventually(String what, BooleanSupplier so) {
        long end = System.nanoTime() + LONGEST_NANOS;
        while (!so.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                fail("did not come about: " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }
}
