package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerRegistry;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The checks of what a server depends on, run together, each within a time. Who asks while they run is given what that run finds, so
 * that a dependency that hangs is not asked by everybody at once. Thread-safe.
 */
public final class DependencyChecks {
    private final Map<String, DependencyCheck> checks;
    private final Supplier<Map<String, DependencyCheck>> more;
    private final Duration timeout;
    private final AtomicReference<@Nullable CompletableFuture<Map<String, CheckResult>>> running =
            new AtomicReference<>();

    /**
     * Of these checks.
     *
     * @param checks by the dependencies' names, in the order of the results
     * @param timeout for each; 1 ms or more
     */
    public DependencyChecks(Map<String, DependencyCheck> checks, Duration timeout) {
        this(checks, Map::of, timeout);
    }

    private DependencyChecks(
            Map<String, DependencyCheck> checks, Supplier<Map<String, DependencyCheck>> more, Duration timeout) {
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("timeout=" + timeout + ": must be 1 ms or more");
        }
        this.checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
        this.more = more;
        this.timeout = timeout;
    }

    /**
     * These checks, and behind them one for each worker that the registry then knows, {@code worker:NAME}.
     *
     * @param channels the channel to a worker, which stays the host's to close
     */
    public DependencyChecks withEachWorker(WorkerRegistry registry, Function<WorkerInfo, Channel> channels) {
        return new DependencyChecks(
                checks,
                () -> {
                    Map<String, DependencyCheck> each = new LinkedHashMap<>();
                    for (WorkerInfo worker : registry.workers()) {
                        each.put(
                                "worker:" + worker.name(),
                                () -> DependencyCheck.worker(channels.apply(worker), timeout)
                                        .run());
                    }
                    return each;
                },
                timeout);
    }

    /** Completes with the result of each, within the timeout, never exceptionally. */
    public CompletionStage<Map<String, CheckResult>> run() {
        CompletableFuture<Map<String, CheckResult>> own = new CompletableFuture<>();
        CompletableFuture<Map<String, CheckResult>> other = running.compareAndExchange(null, own);
        if (other != null) {
            return other.minimalCompletionStage();
        }
        Map<String, CompletableFuture<CheckResult>> answers = new LinkedHashMap<>();
        checks.forEach((name, check) -> answers.put(name, bounded(check)));
        try {
            more.get().forEach((name, check) -> answers.put(name, bounded(check)));
        } catch (RuntimeException | Error e) {
            answers.put("workers", CompletableFuture.completedFuture(CheckResult.failed(reason(e))));
        }
        CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
                .thenRun(() -> {
                    Map<String, CheckResult> results = new LinkedHashMap<>();
                    answers.forEach((name, answer) -> results.put(name, answer.join()));
                    running.set(null);
                    own.complete(Collections.unmodifiableMap(results));
                });
        return own.minimalCompletionStage();
    }

    private CompletableFuture<CheckResult> bounded(DependencyCheck check) {
        CompletableFuture<CheckResult> asked;
        try {
            asked = Objects.requireNonNull(check.run(), "the check gave no stage")
                    .toCompletableFuture()
                    .copy();
        } catch (RuntimeException | Error e) {
            // Whatever a check of the host's does: else this run would never end, and no other begin.
            return CompletableFuture.completedFuture(CheckResult.failed(reason(e)));
        }
        return asked.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .handle((result, failure) -> failure == null ? result : CheckResult.failed(describe(failure)));
    }

    private String describe(Throwable failure) {
        return failure instanceof TimeoutException ? "no answer within " + timeout.toMillis() + " ms" : reason(failure);
    }

    static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }
}
