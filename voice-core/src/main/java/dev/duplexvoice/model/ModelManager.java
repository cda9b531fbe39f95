package dev.duplexvoice.model;

import dev.duplexvoice.internal.OptionValues;
import dev.duplexvoice.internal.SteadyClock;
import dev.duplexvoice.internal.Workers;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.time.VirtualClock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Keeps models in memory while they are used, and not many more. Who needs one acquires a lease; the first one loads the model,
 * all who ask meanwhile share that load, and it is never closed while a lease is open.
 *
 * <pre>{@code
 * ModelManager<SpeechSynthesizer> voices = ModelManager.builder(ModelLoader.blocking(engine::openVoice))
 *         .warmUp(ModelWarmUp.speech())
 *         .defaultModel("rms")
 *         .build();
 * voices.acquire("slt", "session s1").thenAccept(lease -> speak(lease.model()));
 * }</pre>
 *
 * <ul>
 *   <li>There are never more than {@link Builder#maxResident} models in memory, those that are being loaded or closed included. A
 *       load that finds no room has the least recently used model without leases unloaded: first one past
 *       {@link Builder#minResidency}, if there is none then a younger one, last of all the kept default model. A preload takes only
 *       the room of the first kind.
 *   <li>Every {@link Builder#sweepInterval}, models go that nobody held for {@link Builder#timeToLive} and that are older than
 *       {@link Builder#minResidency}.
 *   <li>A load that fails, or whose warm-up does or takes longer than {@link Builder#warmUpTimeout}, leaves nothing behind; the next who asks tries again.
 * </ul>
 *
 * <p>Thread-safe. Loads, warm-ups, closing of models and the observer run on worker threads, with no lock held. Nothing here is for
 * an audio loop. With a {@link VirtualClock} there are no threads, and all runs when the clock is driven.
 *
 * @param <M> the models, voices for one
 */
public final class ModelManager<M extends AutoCloseable> implements AutoCloseable {
    private static final String UNNAMED = "unnamed";

    private final ModelRules rules;
    private final boolean virtual;
    private final EngineClock clock;
    private final ModelLifecycle<M> lifecycle;

    private ModelManager(Builder<M> builder) {
        rules = builder.rules();
        clock = SteadyClock.of(builder.clock);
        virtual = clock instanceof VirtualClock;
        Workers workers = workers(builder.executor, clock);
        lifecycle = new ModelLifecycle<>(rules, builder.loader, builder.warmUp, builder.observer, clock, workers);
        lifecycle.start();
    }

    private static Workers workers(@Nullable Executor executor, EngineClock clock) {
        if (executor != null) {
            return Workers.of(executor);
        }
        return clock instanceof VirtualClock driver ? Workers.virtual(driver) : Workers.threads(0);
    }

    /** A builder with the defaults. */
    public static <M extends AutoCloseable> Builder<M> builder(ModelLoader<M> loader) {
        return new Builder<>(loader);
    }

    /**
     * Asks for the default model, as {@link #acquire(String, String)} does. Its lease is one like any other: the manager itself holds
     * none.
     *
     * @throws IllegalStateException if there is no default model, or if closed
     */
    public CompletableFuture<ModelLease<M>> acquire() {
        String id = rules.defaultModel();
        if (id == null) {
            throw new IllegalStateException(
                    "defaultModel=null: name a model, or build the manager with a defaultModel");
        }
        return acquire(id);
    }

    /** As {@link #acquire(String, String)}, with no name for the holder. */
    public CompletableFuture<ModelLease<M>> acquire(String id) {
        return acquire(id, UNNAMED);
    }

    /**
     * Asks for a lease of a model. Cancelling the future, or completing it in any other way, withdraws the request; a lease that is
     * on its way is then given back.
     *
     * @param holder who wants it, a session's id for one; operators see it in messages and in {@link #stats}
     * @return completes with the lease: at once if the model is ready, else on a worker thread. Exceptionally with a
     *     {@link dev.duplexvoice.VoiceException}: OVERLOADED if it could not be had within {@link Builder#acquireTimeout}, with what
     *     stood in the way; the loader's own, or MODEL, if the load or the warm-up failed. With an IllegalStateException if the
     *     manager was closed meanwhile
     * @throws IllegalArgumentException if the id is blank
     * @throws IllegalStateException if closed
     */
    public CompletableFuture<ModelLease<M>> acquire(String id, String holder) {
        Wish<M> wish = new Wish<>(checked(id), Objects.requireNonNull(holder, "holder"), clock.nanoTime());
        lifecycle.ask(wish);
        return wish.future;
    }

    /**
     * As {@link #acquire(String, String)}, but waits. Not on threads that the manager calls the host on.
     *
     * @throws dev.duplexvoice.VoiceException if the model cannot be had
     * @throws InterruptedException if interrupted while waiting; the request is withdrawn
     * @throws IllegalStateException if closed, or on a virtual clock
     */
    public ModelLease<M> acquireBlocking(String id, String holder) throws InterruptedException {
        if (virtual) {
            throw new IllegalStateException(
                    "acquireBlocking waits, and nothing moves a virtual clock meanwhile: use acquire");
        }
        CompletableFuture<ModelLease<M>> future = acquire(id, holder);
        try {
            return future.get();
        } catch (InterruptedException e) {
            if (!future.cancel(false)) {
                future.thenAccept(ModelLease::close);
            }
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e);
        }
    }

    /**
     * Loads models that nobody asked for yet. Callers' loads go first, and a preload waits until there is room, without a limit;
     * {@link #unload} withdraws one that waits.
     *
     * @return completes when all are ready, on a worker thread; exceptionally if one failed, when all others are done
     * @throws IllegalArgumentException if there are more than {@link Builder#maxResident}, or an id is blank
     * @throws IllegalStateException if closed
     */
    public CompletionStage<Void> preload(Collection<String> ids) {
        Set<String> distinct = new LinkedHashSet<>();
        ids.forEach(id -> distinct.add(checked(id)));
        if (distinct.size() > rules.maxResident()) {
            throw new IllegalArgumentException("preload=" + distinct + ": " + distinct.size()
                    + " models do not fit into maxResident=" + rules.maxResident() + "; preload fewer");
        }
        CompletableFuture<?>[] loads = distinct.stream()
                .map(id -> {
                    CompletableFuture<Boolean> done = new CompletableFuture<>();
                    lifecycle.preload(id, done);
                    return done;
                })
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(loads).minimalCompletionStage();
    }

    /**
     * Loads a model anew, for one because its files were replaced. Leases are of the old one until the new one is ready, and of the new
     * one from then on; the old one goes with its last lease. Both count against {@link Builder#maxResident}: if there is no room for
     * two, the old one goes first as soon as nobody holds it; while it is held, and no other model may go for a preload, all stays as it
     * is. A load that fails leaves the old one. {@link #unload} withdraws a reload.
     *
     * @return completes with true, on a worker thread, when the new one is ready; with false if the model was not in memory, or was
     *     leaving it, so that whoever asks next has it loaded anew; exceptionally if the load failed
     * @throws IllegalArgumentException if the id is blank
     * @throws IllegalStateException if closed
     */
    public CompletionStage<Boolean> reload(String id) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        lifecycle.reload(checked(id), done);
        return done.minimalCompletionStage();
    }

    /**
     * Unloads a model, the default too. Who asks for it before it is gone waits and has it loaded anew. One that is being loaded is
     * unloaded when those who wait for it have had it; a preload that did not begin is withdrawn.
     *
     * @return completes with true, on a worker thread, when the model is closed; with false if there was none or its load did not
     *     succeed; exceptionally, at once, with an IllegalStateException that names the leases if the policy is
     *     {@link UnloadPolicy#REFUSE} and there are any, or somebody waits for one
     * @throws IllegalArgumentException if the id is blank
     * @throws IllegalStateException if closed
     */
    public CompletionStage<Boolean> unload(String id, UnloadPolicy policy) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        lifecycle.unload(checked(id), Objects.requireNonNull(policy, "policy"), done);
        return done.minimalCompletionStage();
    }

    /** All models and counts as they are now. */
    public ModelManagerStats stats() {
        return lifecycle.stats();
    }

    /**
     * Gives no more leases and fails who waits for one. Models without leases are closed when this returns, on the calling thread; a
     * leased one is closed with its last lease, and one that is being loaded when its load is over. Nothing is interrupted.
     * Idempotent; {@link #terminated} tells when all is done.
     */
    @Override
    public void close() {
        lifecycle.close();
    }

    /** Completes when the manager is closed, its last model too, and the observer was told so. */
    public CompletionStage<Void> terminated() {
        return lifecycle.terminated();
    }

    private static String checked(String id) {
        if (id.isBlank()) {
            throw new IllegalArgumentException("model=" + id + ": must not be blank; give the id of a model");
        }
        return id;
    }

    /**
     * Collects what a manager is made of; not thread-safe.
     *
     * @param <M> the models
     */
    public static final class Builder<M extends AutoCloseable> {
        private static final int MOST_RESIDENT = 1_000;
        private static final int MOST_LOADS = 64;
        private static final Duration DAY = Duration.ofHours(24);

        private final ModelLoader<M> loader;
        private int maxResident = 3;
        private int maxLoads = 1;
        private Duration timeToLive = Duration.ofSeconds(600);
        private Duration minResidency = Duration.ofSeconds(120);
        private Duration sweepInterval = Duration.ofSeconds(30);
        private Duration acquireTimeout = Duration.ofSeconds(30);
        private Duration warmUpTimeout = Duration.ofSeconds(60);
        private boolean keepDefault = true;
        private @Nullable String defaultModel;
        private @Nullable ModelWarmUp<M> warmUp;
        private @Nullable ModelObserver observer;
        private @Nullable Executor executor;
        private EngineClock clock = EngineClock.system();

        private Builder(ModelLoader<M> loader) {
            this.loader = Objects.requireNonNull(loader, "loader");
        }

        /** Most models in memory, 1 to 1000; 3 by default. There are never more, not even for a moment. */
        public Builder<M> maxResident(int count) {
            maxResident = inRange("maxResident", count, MOST_RESIDENT);
            return this;
        }

        /** Most loads at a time, warm-ups included, 1 to 64; 1 by default. Further ones queue. */
        public Builder<M> maxLoads(int count) {
            maxLoads = inRange("maxLoads", count, MOST_LOADS);
            return this;
        }

        /** How long a model stays without leases, 1 s to 24 h; 600 s by default. */
        public Builder<M> timeToLive(Duration value) {
            timeToLive = OptionValues.inRange("timeToLive", value, Duration.ofSeconds(1), DAY);
            return this;
        }

        /**
         * How long a model stays at least, 0 to 24 h; 120 s by default. A caller who would have to be refused otherwise may have a
         * younger one unloaded.
         */
        public Builder<M> minResidency(Duration value) {
            minResidency = OptionValues.inRange("minResidency", value, Duration.ZERO, DAY);
            return this;
        }

        /** How often models whose time is over are looked for, 100 ms to 24 h; 30 s by default. */
        public Builder<M> sweepInterval(Duration value) {
            sweepInterval = OptionValues.inRange("sweepInterval", value, Duration.ofMillis(100), DAY);
            return this;
        }

        /** How long {@code acquire} waits for room and for the load together, 1 ms to 24 h; 30 s by default. */
        public Builder<M> acquireTimeout(Duration value) {
            acquireTimeout = OptionValues.inRange("acquireTimeout", value, Duration.ofMillis(1), DAY);
            return this;
        }

        /** What {@link ModelManager#acquire()} gives; none by default. It is not loaded before somebody asks, or preloads it. */
        public Builder<M> defaultModel(String id) {
            defaultModel = checked(id);
            return this;
        }

        /**
         * Whether the default model, once loaded, stays however long nobody uses it; true by default. It still goes when a caller
         * needs its room and no other model can go, and with {@link ModelManager#unload}.
         */
        public Builder<M> keepDefault(boolean value) {
            keepDefault = value;
            return this;
        }

        /** Used once after each load, before anybody gets the model; none by default. */
        public Builder<M> warmUp(ModelWarmUp<M> value) {
            warmUp = Objects.requireNonNull(value);
            return this;
        }

        /**
         * How long a warm-up may take, 1 ms to 24 h; 60 s by default. One that takes longer is cancelled and its load has failed;
         * what hangs in it must not keep all other models from being loaded.
         */
        public Builder<M> warmUpTimeout(Duration value) {
            warmUpTimeout = OptionValues.inRange("warmUpTimeout", value, Duration.ofMillis(1), DAY);
            return this;
        }

        /** Told what happens. */
        public Builder<M> observer(ModelObserver value) {
            observer = Objects.requireNonNull(value);
            return this;
        }

        /**
         * The clock; with a {@link VirtualClock} the manager has no threads and runs when the clock is driven. With another clock
         * of the host's, ages are read from it, and waits measured by the system's.
         */
        public Builder<M> clock(EngineClock value) {
            clock = Objects.requireNonNull(value);
            return this;
        }

        /**
         * Runs loads, warm-ups, the closing of models and the observer, instead of threads of the manager's own or the one that
         * drives a virtual clock. It must run whatever it is given, and outlive the manager. One that runs tasks on the calling
         * thread has {@link ModelManager#acquire(String, String)} load before it returns.
         */
        public Builder<M> executor(Executor value) {
            executor = Objects.requireNonNull(value);
            return this;
        }

        private static int inRange(String key, int value, int max) {
            if (value < 1 || value > max) {
                throw new IllegalArgumentException(key + "=" + value + ": must be 1 to " + max);
            }
            return value;
        }

        private ModelRules rules() {
            return new ModelRules(
                    maxResident,
                    maxLoads,
                    timeToLive,
                    minResidency,
                    sweepInterval,
                    acquireTimeout,
                    warmUpTimeout,
                    defaultModel,
                    keepDefault);
        }

        /** The manager. */
        public ModelManager<M> build() {
            return new ModelManager<>(this);
        }
    }
}
