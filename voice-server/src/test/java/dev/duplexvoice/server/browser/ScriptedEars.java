package dev.duplexvoice.server.browser;

import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.stt.TranscriptSink;
import java.util.List;

/** Understands each session's utterances as a script says; the last text again when there are no more. */
final class ScriptedEars implements SpeechRecognizer {
    private final List<String> texts;

    ScriptedEars(List<String> texts) {
        this.texts = texts;
    }

    @Override
    public RecognitionStream start(int sampleRate, TranscriptSink sink) {
        return new RecognitionStream() {
            private int next;
            private long utterance;

            @Override
            public void speechStarted(long number) {
                utterance = number;
                String text = text();
                sink.transcript(text.substring(0, text.length() / 2), false, number);
            }

            @Override
            public void speechEnded() {
                sink.transcript(text(), true, utterance);
                next++;
            }

            private String text() {
                return texts.get(Math.min(next, texts.size() - 1));
            }
        };
    }
}
