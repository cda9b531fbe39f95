package dev.duplexvoice.model;

import dev.duplexvoice.internal.Workers;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A call of the host's code that answers once, on a worker, whatever that code does: a place that is never freed is worse than any
 * error.
 */
interface HostCall<T> {

    /** Begins it. */
    CompletionStage<T> begin() throws Exception;

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
}
