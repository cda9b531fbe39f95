package dev.duplexvoice.model;

import dev.duplexvoice.tts.SpeechSynthesizer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Uses a model once before anybody gets it, so that no caller pays for what is slow the first time.
 *
 * @param <M> the models
 */
@FunctionalInterface
public interface ModelWarmUp<M> {

    /** What a voice says to warm up. */
    String TEXT = "This is a warmup test.";

    /**
     * Begins to warm up. Called on a worker when the model is loaded, and counts as part of its load; it may block. A warm-up that
     * takes longer than {@link ModelManager.Builder#warmUpTimeout} has failed: its stage is cancelled, on a worker, and the model is
     * closed, even if a call that blocks still uses it.
     *
     * @param workers where a warm-up that waited goes on
     * @return completes when the model is warm, on any thread; if it is cancelled, what was begun is to be given up
     * @throws Exception if the model cannot be used; it is closed and its load has failed
     */
    CompletionStage<?> warmUp(M model, Executor workers) throws Exception;

    /** None: a model is ready when it is loaded. */
    static <M> ModelWarmUp<M> none() {
        return (model, workers) -> CompletableFuture.completedFuture(model);
    }

    /** A warm-up that is over when the method returns. */
    static <M> ModelWarmUp<M> blocking(Use<? super M> use) {
        return (model, workers) -> {
            use.use(model);
            return CompletableFuture.completedFuture(model);
        };
    }

    /** Has a voice say {@link #TEXT} to nobody, to its end. */
    static ModelWarmUp<SpeechSynthesizer> speech() {
        return (voice, workers) -> new SilentReading(voice, workers).begin(TEXT);
    }

    /** Uses a model while its caller waits. */
    @FunctionalInterface
    interface Use<M> {
        /** Runs on a worker; may block. */
        void use(M model) throws Exception;
    }
}
