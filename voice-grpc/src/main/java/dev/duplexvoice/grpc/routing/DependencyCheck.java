package dev.duplexvoice.grpc.routing;

import dev.duplexvoice.grpc.registry.RedisStore;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import dev.duplexvoice.grpc.registry.WorkerRegistry;
import dev.duplexvoice.model.ModelManager;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Asks something that a server depends on whether it works, by using it. */
@FunctionalInterface
public interface DependencyCheck {

    /** Asks. Must not block; the stage should not complete exceptionally, and one that does counts as failed. */
    CompletionStage<CheckResult> run();

    /** Sends Redis a PING. */
    static DependencyCheck redis(RedisStore store) {
        return () -> store.ping()
                .handle((pong, failure) ->
                        failure == null ? CheckResult.OK : CheckResult.failed(DependencyChecks.reason(failure)));
    }

    /** Asks one worker's health service. One that has none is well if it answers. */
    static DependencyCheck worker(Channel channel, Duration deadline) {
        return () -> HealthCalls.check(channel, deadline)
                .thenApply(answer -> answer.state() == WorkerHealth.State.SERVING
                        ? CheckResult.OK
                        : CheckResult.failed(String.valueOf(answer.reason())));
    }

    /**
     * Borrows a model, which is loaded and warmed up if it is not in memory; what that takes counts against the check's time.
     *
     * @param id of the model, {@code engine.defaultVoice()} for one
     */
    static <M extends AutoCloseable> DependencyCheck model(ModelManager<M> models, String id) {
        return () -> models.acquire(id, "health check").handle((lease, failure) -> {
            if (failure != null) {
                return CheckResult.failed(DependencyChecks.reason(failure));
            }
            lease.close();
            return CheckResult.OK;
        });
    }

    /**
     * Asks the health services of all workers of a registry; one that is well is enough.
     *
     * @param channels the channel to a worker, which stays the host's to close
     */
    static DependencyCheck anyWorker(
            WorkerRegistry registry, Function<WorkerInfo, Channel> channels, Duration deadline) {
        return () -> {
            List<WorkerInfo> workers = registry.workers();
            if (workers.isEmpty()) {
                return CompletableFuture.completedStage(CheckResult.failed("no worker in " + registry.source()));
            }
            CompletableFuture<CheckResult> first = new CompletableFuture<>();
            List<CompletableFuture<String>> all = workers.stream()
                    .map(worker -> asked(worker, channels, deadline)
                            .thenApply(result -> {
                                if (result.ok()) {
                                    first.complete(CheckResult.OK);
                                }
                                return worker.name() + ": " + result.error();
                            })
                            .toCompletableFuture())
                    .toList();
            CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                    .thenRun(() -> first.complete(CheckResult.failed("none of " + all.size() + " workers answers; "
                            + all.get(0).join())));
            return first;
        };
    }

    /** One that cannot even be called has failed as one that does not answer; the others are asked all the same. */
    private static CompletionStage<CheckResult> asked(
            WorkerInfo worker, Function<WorkerInfo, Channel> channels, Duration deadline) {
        try {
            return worker(channels.apply(worker), deadline).run();
        } catch (RuntimeException e) {
            return CompletableFuture.completedStage(CheckResult.failed(DependencyChecks.reason(e)));
        }
    }
}
