package dev.duplexvoice.model;

import dev.duplexvoice.internal.Timers;
import dev.duplexvoice.internal.Workers;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a manager calls of the host's: to load models, to warm them up and to close them. With no lock held; each answers once. */
final class ModelCalls<M extends AutoCloseable> {
    private final ModelLoader<M> loader;
    private final @Nullable ModelWarmUp<M> warmUp;
    private final Duration warmUpTimeout;
    private final Workers workers;
    private final Timers timers;

    ModelCalls(
            ModelLoader<M> loader,
            @Nullable ModelWarmUp<M> warmUp,
            Duration warmUpTimeout,
            Workers workers,
            Timers timers) {
        this.loader = loader;
        this.warmUp = warmUp;
        this.warmUpTimeout = warmUpTimeout;
        this.workers = workers;
        this.timers = timers;
    }

    /** Whether models are used before they are given to anybody. */
    boolean warmsUp() {
        return warmUp != null;
    }

    /** On a worker thread; then one of model and failure is given. */
    void load(String id, BiConsumer<@Nullable M, @Nullable Throwable> then) {
        workers.host(() -> HostCall.run(() -> loader.load(id), workers, then));
    }

    /** On this worker thread; then what failed is given, or null. */
    void warmUp(String id, M model, Consumer<@Nullable Throwable> then) {
        ModelWarmUp<M> hook = warmUp;
        if (hook == null) {
            then.accept(null);
            return;
        }
        HostCall.<Object>run(
                () -> hook.warmUp(model, workers::host),
                workers,
                timers,
                warmUpTimeout,
                () -> Refusals.neverWarm(id, warmUpTimeout),
                (warm, cold) -> then.accept(cold));
    }

    /** On this thread; returns what it threw, or null. */
    static @Nullable Throwable close(AutoCloseable model) {
        try {
            model.close();
            return null;
        } catch (Throwable e) {
            return e;
        }
    }
}
