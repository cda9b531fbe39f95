package dev.duplexvoice.stt;

/** Turns the caller's speech into text. Shared by sessions; each session has a {@link RecognitionStream} of its own. */
@FunctionalInterface
public interface SpeechRecognizer {

    /**
     * Begins to listen to a session. Called on a worker thread.
     *
     * @param sampleRate samples per second of the audio that the stream will be given
     * @param sink where the text goes, from any thread, until the stream is closed
     */
    RecognitionStream start(int sampleRate, TranscriptSink sink);

    /** What recognizes, as metrics and traces name it: {@code whisper-small}. One of few; a label is made of it. */
    default String model() {
        return "unnamed";
    }
}
