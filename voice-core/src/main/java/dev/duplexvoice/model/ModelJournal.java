package dev.duplexvoice.model;

import dev.duplexvoice.internal.SerialTasks;
import dev.duplexvoice.internal.Workers;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/** Counts what happens, and brings it to the log and the observer in order. {@link #add} and the counts are guarded by the lock. */
final class ModelJournal {
    private static final Logger LOG = LoggerFactory.getLogger(ModelManager.class);

    private final @Nullable ModelObserver observer;
    private final SerialTasks tasks;
    private final Map<UnloadReason, Long> unloads = new EnumMap<>(UnloadReason.class);
    private long loads;
    private long loadFailures;
    long hits;
    long misses;
    long refusals;

    ModelJournal(@Nullable ModelObserver observer, Workers workers) {
        this.observer = observer;
        this.tasks = new SerialTasks(workers::host);
    }

    void add(ModelEvent event) {
        if (event instanceof ModelEvent.Loaded) {
            loads++;
        } else if (event instanceof ModelEvent.LoadFailed) {
            loadFailures++;
        } else if (event instanceof ModelEvent.Unloaded unloaded) {
            unloads.merge(unloaded.reason(), 1L, Long::sum);
        }
        tasks.execute(() -> deliver(event));
    }

    /** Runs when all events so far were delivered. */
    void afterwards(Runnable action) {
        tasks.execute(action);
    }

    <M> ModelManagerStats stats(Residents<M> residents, ModelRules rules, long now) {
        return new ModelManagerStats(
                residents.statuses(now),
                residents.occupied(),
                rules.maxResident(),
                hits,
                misses,
                refusals,
                loads,
                loadFailures,
                unloads);
    }

    private void deliver(ModelEvent event) {
        log(event);
        if (observer == null) {
            return;
        }
        try {
            observer.on(event);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOG.atWarn()
                    .addKeyValue("model_id", event.modelId())
                    .addKeyValue("event", event.getClass().getSimpleName())
                    .setCause(e)
                    .log("A model observer threw");
        }
    }

    private static void log(ModelEvent event) {
        if (event instanceof ModelEvent.Loaded loaded) {
            at(Level.INFO, event)
                    .addKeyValue("duration_ms", loaded.took().toMillis())
                    .log("Model loaded");
        } else if (event instanceof ModelEvent.WarmedUp warmed) {
            at(Level.INFO, event)
                    .addKeyValue("duration_ms", warmed.took().toMillis())
                    .log("Model warmed up");
        } else if (event instanceof ModelEvent.Unloaded unloaded) {
            at(Level.INFO, event)
                    .addKeyValue("reason", unloaded.reason().label())
                    .log("Model unloaded");
        } else if (event instanceof ModelEvent.LoadFailed failed) {
            // Whoever asked for it is told.
            at(Level.WARN, event).setCause(failed.cause()).log("A model's load failed");
        } else if (event instanceof ModelEvent.CloseFailed failed) {
            at(Level.ERROR, event).setCause(failed.cause()).log("A model threw when it was closed");
        } else if (event instanceof ModelEvent.Refused refused) {
            at(Level.WARN, event).log(refused.message());
        }
    }

    private static LoggingEventBuilder at(Level level, ModelEvent event) {
        return LOG.atLevel(level).addKeyValue("model_id", event.modelId());
    }
}
