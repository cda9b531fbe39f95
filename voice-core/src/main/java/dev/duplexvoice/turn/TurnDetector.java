package dev.duplexvoice.turn;

/**
 * Judges whether a caller who fell silent has finished: by the words, the voice, or both. Shared by sessions; each session has a
 * {@link TurnStream} of its own. Without one, silence alone ends a turn.
 */
@FunctionalInterface
public interface TurnDetector {

    /**
     * Begins to follow a session. Called on a worker thread.
     *
     * @param sampleRate samples per second of the audio that the stream will be given
     */
    TurnStream start(int sampleRate);
}
