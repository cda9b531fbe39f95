package dev.duplexvoice.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Opens models by id. A load is a stage, so that one that waits for another machine needs no thread; {@link #blocking} makes a
 * loader of a plain method.
 *
 * @param <M> the models
 */
@FunctionalInterface
public interface ModelLoader<M> {

    /**
     * Begins to load. Called on a worker, never twice at once for an id and never more often at once than
     * {@link ModelManager.Builder#maxLoads}; it may block. It must not wait for another model of the same manager, whose load may
     * be queued behind this one.
     *
     * @return completes with the model, which is the manager's from then on; on any thread. A stage that never completes keeps its
     *     place for ever
     * @throws Exception if it cannot be loaded; those who wait for it are told, and the next one to ask tries again
     */
    CompletionStage<M> load(String id) throws Exception;

    /** A load that is over when the method returns. */
    static <M> ModelLoader<M> blocking(Opener<M> opener) {
        return id -> CompletableFuture.completedFuture(opener.open(id));
    }

    /** Opens a model while its caller waits. */
    @FunctionalInterface
    interface Opener<M> {
        /** The model. Runs on a worker; may block. */
        M open(String id) throws Exception;
    }
}
