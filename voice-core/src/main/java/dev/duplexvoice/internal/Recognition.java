package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.SpeechRecognizer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session's recognizer, fed on worker threads, one call at a time. Its failures become messages; after one that it threw on
 * start it is not asked again.
 */
final class Recognition {
    private final SerialTasks tasks;
    private final SpeechRecognizer recognizer;
    private final SessionCore session;
    private final Consumer<VoiceException> onFailure;
    private final int sampleRate;
    private @Nullable RecognitionStream stream;

    /** Audio up to this sample was given to the recognizer; kept here for the audio loop. */
    long givenTo;

    Recognition(
            SpeechRecognizer recognizer,
            int sampleRate,
            Workers workers,
            SessionCore session,
            Consumer<VoiceException> onFailure) {
        this.recognizer = recognizer;
        this.sampleRate = sampleRate;
        this.session = session;
        this.onFailure = onFailure;
        this.tasks = new SerialTasks(workers::host);
        tasks.execute(() -> guarded(() -> stream = recognizer.start(
                sampleRate,
                (text, isFinal) -> this.session.post(now -> this.session.onTranscript(text, isFinal, now)))));
    }

    void speechStarted() {
        call(RecognitionStream::speechStarted);
    }

    void audio(short[] samples) {
        call(open -> open.audio(samples));
    }

    void speechEnded() {
        call(RecognitionStream::speechEnded);
    }

    void close() {
        call(open -> {
            stream = null;
            open.close();
        });
    }

    private void call(Consumer<RecognitionStream> action) {
        tasks.execute(() -> guarded(() -> {
            RecognitionStream open = stream;
            if (open != null) {
                action.accept(open);
            }
        }));
    }

    private void guarded(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | LinkageError e) {
            onFailure.accept(new VoiceException(
                    VoiceException.Code.RECOGNITION,
                    "recognizer " + recognizer.getClass().getName() + " threw at " + sampleRate + " Hz: " + e,
                    e));
        }
    }
}
