package dev.duplexvoice.grpc.routing;

import java.time.Duration;

/**
 * When a worker that fails is left alone, and when it is tried again.
 *
 * @param failures in a row after which it gets no calls; 1 to 1,000
 * @param openFor how long it gets none; 10 ms to 1 h
 * @param trials calls at a time that it gets afterwards; 1 to 100
 * @param successes of these in a row after which it is as any other; 1 to 1,000. One failure, and it gets none again
 */
public record BreakerOptions(int failures, Duration openFor, int trials, int successes) {
    /** 5 failures, 5 s, 1 trial at a time, 2 successes. */
    public static final BreakerOptions DEFAULT = new BreakerOptions(5, Duration.ofSeconds(5), 1, 2);

    /** @throws IllegalArgumentException if one is out of its range */
    public BreakerOptions {
        require("failures", failures, 1_000);
        require("trials", trials, 100);
        require("successes", successes, 1_000);
        if (openFor.compareTo(Duration.ofMillis(10)) < 0 || openFor.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("breaker.openFor=" + openFor + ": must be 10 ms to 1 h");
        }
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException("breaker." + name + "=" + value + ": must be 1 to " + most);
        }
    }
}
