package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.stt.TranscriptSink;
import dev.duplexvoice.telemetry.TraceContext;
import java.util.function.Consumer;

/** A session's recognizer. */
final class Recognition extends SpeechFollower<RecognitionStream> {

    /** Where the text goes, on the worker's or the recognizer's thread. */
    interface Texts {
        void transcript(String text, boolean isFinal, long utterance);
    }

    Recognition(
            SpeechRecognizer recognizer,
            int sampleRate,
            Workers workers,
            Texts texts,
            Consumer<VoiceException> onFailure,
            TraceContext trace) {
        super(
                VoiceException.Code.RECOGNITION,
                "recognizer " + recognizer.getClass().getName(),
                sampleRate,
                () -> recognizer.start(sampleRate, sink(texts)),
                workers,
                onFailure,
                trace);
    }

    private static TranscriptSink sink(Texts texts) {
        return new TranscriptSink() {
            @Override
            public void transcript(String text, boolean isFinal) {
                texts.transcript(text, isFinal, CallerTurn.UNNUMBERED);
            }

            @Override
            public void transcript(String text, boolean isFinal, long utterance) {
                if (utterance <= CallerTurn.UNNUMBERED) {
                    throw new IllegalArgumentException(
                            "utterance=" + utterance + ": give the number that speechStarted told, or none at all");
                }
                texts.transcript(text, isFinal, utterance);
            }
        };
    }

    void speechStarted(long utterance) {
        begin(open -> open.speechStarted(utterance));
    }

    void audio(short[] samples) {
        audio(samples, open -> open.audio(samples));
    }

    void speechEnded() {
        end(RecognitionStream::speechEnded);
    }
}
