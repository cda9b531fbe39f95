package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.stt.TranscriptSink;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Has the client understand its caller: it is told of utterances, and its texts come in. Thread-safe. */
final class ClientRecognizer implements SpeechRecognizer {
    /** Texts that may come before the session has asked for any. */
    private static final int MOST_EARLY = 100;

    private final Told told;
    private final ArrayDeque<ClientMessage.Transcript> early = new ArrayDeque<>();
    private @Nullable TranscriptSink sink;

    /** Tells the client that an utterance began or ended. */
    interface Told {
        void utterance(long number, boolean began);
    }

    ClientRecognizer(Told told) {
        this.told = told;
    }

    @Override
    public RecognitionStream start(int sampleRate, TranscriptSink given) {
        synchronized (this) {
            sink = given;
            early.forEach(text -> give(text, given));
            early.clear();
        }
        return new Stream();
    }

    synchronized void transcript(ClientMessage.Transcript text) throws BadMessage {
        TranscriptSink into = sink;
        if (into != null) {
            give(text, into);
        } else if (early.size() < MOST_EARLY) {
            early.add(text);
        } else {
            throw new BadMessage("transcripts=" + MOST_EARLY + " before anything was heard: wait for it");
        }
    }

    /** A sink never blocks. */
    private static void give(ClientMessage.Transcript text, TranscriptSink into) {
        if (text.utterance() == 0) {
            into.transcript(text.text(), text.isFinal());
        } else {
            into.transcript(text.text(), text.isFinal(), text.utterance());
        }
    }

    private final class Stream implements RecognitionStream {
        private long utterance;

        @Override
        public void speechStarted(long number) {
            utterance = number;
            told.utterance(number, true);
        }

        @Override
        public void speechEnded() {
            told.utterance(utterance, false);
        }
    }
}
