package dev.duplexvoice;

/** Sees every probability of a session's detector, to plot it for one. */
@FunctionalInterface
public interface VadObserver {

    /**
     * A window was judged. Called on the audio loop: must not block or allocate.
     *
     * @param endSample the sample after the window, at {@code sampleRate}, from the start of the session's input
     * @param probability of speech, 0 to 1
     */
    void window(long endSample, int sampleRate, float probability);
}
