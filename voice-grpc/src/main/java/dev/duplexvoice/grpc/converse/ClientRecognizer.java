package dev.duplexvoice.grpc.converse;

import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.Transcript;
import dev.duplexvoice.stt.RecognitionStream;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.stt.TranscriptSink;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Has the client understand its caller: it is told of utterances, and its texts come in. Thread-safe. */
final class ClientRecognizer implements SpeechRecognizer {
    /** Texts that may come before the session has asked for any. */
    private static final int MOST_EARLY = 100;

    private final Consumer<ConverseResponse> send;
    private final ArrayDeque<Transcript> early = new ArrayDeque<>();
    private @Nullable TranscriptSink sink;

    ClientRecognizer(Consumer<ConverseResponse> send) {
        this.send = send;
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

    void transcript(Transcript text) {
        if (text.getUtterance() < 0) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("utterance=" + text.getUtterance()
                            + ": must not be negative; give that of UtteranceStarted, or 0")
                    .asRuntimeException();
        }
        synchronized (this) {
            TranscriptSink into = sink;
            if (into != null) {
                give(text, into);
            } else if (early.size() < MOST_EARLY) {
                early.add(text);
            } else {
                throw Status.RESOURCE_EXHAUSTED
                        .withDescription("transcripts=" + MOST_EARLY + " before anything was heard: wait for it")
                        .asRuntimeException();
            }
        }
    }

    /** A sink never blocks. */
    private static void give(Transcript text, TranscriptSink into) {
        if (text.getUtterance() == 0) {
            into.transcript(text.getText(), text.getIsFinal());
        } else {
            into.transcript(text.getText(), text.getIsFinal(), text.getUtterance());
        }
    }

    private final class Stream implements RecognitionStream {
        private long utterance;

        @Override
        public void speechStarted(long number) {
            utterance = number;
            ConverseResponse.Builder message = ConverseResponse.newBuilder();
            message.getUtteranceStartedBuilder().setUtterance(number);
            send.accept(message.build());
        }

        @Override
        public void speechEnded() {
            ConverseResponse.Builder message = ConverseResponse.newBuilder();
            message.getUtteranceEndedBuilder().setUtterance(utterance);
            send.accept(message.build());
        }
    }
}
