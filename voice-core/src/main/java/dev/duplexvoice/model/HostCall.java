package dev.duplexvoice.model;

import dev.duplexvoice.internal.Timers;
import dev.duplexvoice.internal.Workers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call of the host's code that answers once, on a worker, whatever that code does: a place that is never freed is worse than any
 * error.
 */
interface HostCall<T> {

    /** Begins it. */
    CompletionStage<? extends T> begin() throws Exception;

    /** Runs it on this worker thread; then one of value and failure is given. */
    static <T> void run(HostCall<T> call, Workers workers, BiConsumer<@Nullable T, @Nullable Throwable> then) {
        AtomicBoolean answered = new AtomicBoolean();
        try {
            Objects.requireNonNull(call.begin(), "stage").whenComplete((value, failure) -> {
                if (answered.compareAndSet(false, true)) {
                    workers.host(() -> then.accept(value, failure));
                }
            });
        } catch (Throwable e) {
            if (answered.compareAndSet(false, true)) {
                then.accept(null, e);
            }
        }
    }

    /**
     * As {@link #run(HostCall, Workers, BiConsumer)}, but for no longer than this: then its stage is cancelled, once there is one, and
     * the failure given. What it answers later goes nowhere.
     */
    static <T> void run(
            HostCall<T> call,
            Workers workers,
            Timers timers,
            Duration longest,
            Supplier<? extends Throwable> late,
            BiConsumer<@Nullable T, @Nullable Throwable> then) {
        AtomicBoolean answered = new AtomicBoolean();
        CompletableFuture<CompletionStage<? extends T>> begun = new CompletableFuture<>();
        Runnable timer = timers.after(longest, () -> {
            if (answered.compareAndSet(false, true)) {
                // By a worker of its own: what hangs may hang in its end too.
                workers.host(() -> begun.thenAccept(HostCall::cancel));
                then.accept(null, late.get());
            }
        });
        HostCall<T> known = () -> {
            CompletionStage<? extends T> stage = Objects.requireNonNull(call.begin(), "stage");
            begun.complete(stage);
            return stage;
        };
        run(known, workers, (value, failure) -> {
            if (answered.compareAndSet(false, true)) {
                timer.run();
                then.accept(value, failure);
            }
        });
    }

    private static void cancel(CompletionStage<?> stage) {
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) {
            // Not every stage can be.
        }
    }
}
