package dev.duplexvoice.grpc.converse;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Calls that have not sent Open yet: they have no session, so no limit of sessions counts them. Thread-safe. */
final class Unopened {
    private final int most;
    private final Duration timeout;
    private final Timer timer;
    private final AtomicInteger waiting = new AtomicInteger();

    /** Runs a task later. */
    @FunctionalInterface
    interface Timer {
        /** Returns what takes the task back. */
        Runnable after(Duration delay, Runnable task);

        /** On the JDK's thread for such, which must not be blocked. */
        static Runnable system(Duration delay, Runnable task) {
            CompletableFuture<Void> due = new CompletableFuture<>();
            due.orTimeout(delay.toNanos(), TimeUnit.NANOSECONDS).whenComplete((none, late) -> {
                if (late != null) {
                    task.run();
                }
            });
            return () -> due.complete(null);
        }
    }

    Unopened(int most, Duration timeout, Timer timer) {
        this.most = most;
        this.timeout = timeout;
        this.timer = timer;
    }

    /**
     * Counts a call in.
     *
     * @param tooLate takes the refusal if the call has not been counted out in time
     * @return counts it out; more than once does nothing
     * @throws StatusRuntimeException if too many wait already
     */
    Runnable begin(Consumer<StatusRuntimeException> tooLate) {
        if (waiting.incrementAndGet() > most) {
            waiting.decrementAndGet();
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "calls without open: " + most + " wait already; send Open as soon as a call is made")
                    .asRuntimeException();
        }
        AtomicBoolean out = new AtomicBoolean();
        Runnable cancel = timer.after(timeout, () -> {
            if (countOut(out)) {
                tooLate.accept(Status.ABORTED
                        .withDescription(
                                "no open for " + timeout.toMillis() + " ms: send Open as soon as a call is made")
                        .asRuntimeException());
            }
        });
        return () -> {
            if (countOut(out)) {
                cancel.run();
            }
        };
    }

    private boolean countOut(AtomicBoolean out) {
        boolean first = out.compareAndSet(false, true);
        if (first) {
            waiting.decrementAndGet();
        }
        return first;
    }
}
