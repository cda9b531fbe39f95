package dev.duplexvoice.vad;

/**
 * The state of up to {@link #capacity()} callers, advanced together: windows of many callers are submitted, then
 * {@link #run} computes them in one call. Owned by one thread at a time. Nothing is allocated after construction.
 *
 * <pre>{@code
 * int caller = batch.acquire();
 * batch.submit(caller, samples, 0);
 * batch.run();
 * float p = batch.probability(caller);
 * }</pre>
 */
public interface VadBatch extends AutoCloseable {

    /** How many callers it can hold. */
    int capacity();

    /** Reserves a caller's state, zeroed. Returns its index, or -1 if all are in use. */
    int acquire();

    /**
     * Gives a caller's state back.
     *
     * @throws IllegalArgumentException if the index is not in use
     */
    void release(int caller);

    /**
     * Makes a caller's state as new.
     *
     * @throws IllegalArgumentException if the index is not in use
     */
    void reset(int caller);

    /**
     * Copies the next window of a caller in, to be computed by the next {@link #run}.
     *
     * @param samples at least {@code windowSamples} from {@code offset} on
     * @throws IllegalArgumentException if the index is not in use or the window is too short
     * @throws IllegalStateException if the caller already has a window in this run
     */
    void submit(int caller, short[] samples, int offset);

    /**
     * Computes all submitted windows.
     *
     * @return how many there were
     */
    int run();

    /** The probability of speech, 0 to 1, in the caller's window of the last {@link #run}. */
    float probability(int caller);

    /**
     * Says what the agent that a caller talks to does from the next window on. Detectors that go by loudness ask for more of
     * it while the agent's own voice may be in the audio; models ignore it.
     *
     * @throws IllegalArgumentException if the index is not in use
     */
    default void activity(int caller, NoiseGate.Activity activity) {}

    /** Frees the states. Idempotent. */
    @Override
    void close();
}
