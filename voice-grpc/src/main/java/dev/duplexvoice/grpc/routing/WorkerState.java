package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.time.EngineClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What this process knows of a worker from its own calls. Lock-free. */
final class WorkerState {
    /** Of a new latency in the average; the rest is the average before. */
    private static final double NEW_WEIGHT = 0.3;

    private record Latency(double millis, long at) {}

    final CircuitBreaker breaker;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicReference<@Nullable Latency> latency = new AtomicReference<>();
    private final long memory;

    WorkerState(RoutingOptions options, EngineClock clock) {
        breaker = new CircuitBreaker(options.breaker(), clock);
        memory = options.latencyMemory().toNanos();
    }

    int inFlight() {
        return inFlight.get();
    }

    /** Takes a place; false if there is none. A limit of 0 is none. */
    boolean enter(int limit) {
        while (true) {
            int now = inFlight.get();
            if (limit > 0 && now >= limit) {
                return false;
            }
            if (inFlight.compareAndSet(now, now + 1)) {
                return true;
            }
        }
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    /** Milliseconds to the first audio, an exponential average; NaN if there is none of late. */
    double latencyMillis(long now) {
        Latency known = latency.get();
        return known == null || now - known.at > memory ? Double.NaN : known.millis;
    }

    void measured(double millis, long now) {
        while (true) {
            Latency before = latency.get();
            double mean = before == null || now - before.at > memory
                    ? millis
                    : NEW_WEIGHT * millis + (1 - NEW_WEIGHT) * before.millis;
            if (latency.compareAndSet(before, new Latency(mean, now))) {
                return;
            }
        }
    }
}
