package dev.duplexvoice.model;

/**
 * The right to use a model: it is not closed before this is. Thread-safe, and any thread may close it.
 *
 * @param <M> the model
 */
public interface ModelLease<M> extends AutoCloseable {

    /** The model's id. */
    String id();

    /** Who holds it, as told to {@link ModelManager#acquire(String, String)}. */
    String holder();

    /**
     * The model, not to be used once this is closed and not to be closed by its user.
     *
     * @throws IllegalStateException if this is closed
     */
    M model();

    /** Gives the model back. Idempotent: a second call gives nothing back. Not on an audio loop, because it may lock. */
    @Override
    void close();
}
