package dev.duplexvoice.grpc.converse;

import dev.duplexvoice.DuplexSession;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.Say;
import dev.duplexvoice.grpc.proto.v1.SpeechEnded;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Brings a client's messages to its open session; what a session does not take is thrown as a status. Used by one thread at a time. */
final class SessionInput {
    /** Characters of text: more than an hour of speech at once, and 50 times as many as are spoken. */
    private static final int TEXT_AT_ONCE = 100_000;

    private static final int TEXT_A_SECOND = 1_000;
    /** Other messages than audio, each of which the audio loop has to act on. */
    private static final int MESSAGES_AT_ONCE = 2_000;

    private static final int MESSAGES_A_SECOND = 500;

    /** What {@link DuplexSession#offerAudio} takes. */
    private static final int LONGEST_AUDIO_MILLIS = 1_280;

    private final DuplexSession session;
    private final @Nullable ClientResponder responder;
    private final @Nullable ClientRecognizer recognizer;
    private final Allowance text;
    private final Allowance messages;
    private final int longestAudio;
    private boolean closed;

    SessionInput(
            DuplexSession session,
            @Nullable ClientResponder responder,
            @Nullable ClientRecognizer recognizer,
            LongSupplier nanoTime) {
        this.session = session;
        this.responder = responder;
        this.recognizer = recognizer;
        this.longestAudio = session.options().input().sampleRate() * LONGEST_AUDIO_MILLIS / 1_000;
        this.text = new Allowance(TEXT_AT_ONCE, TEXT_A_SECOND, nanoTime);
        this.messages = new Allowance(MESSAGES_AT_ONCE, MESSAGES_A_SECOND, nanoTime);
    }

    /**
     * A message. Ignored once the session has ended, which the client may not know yet.
     *
     * @throws StatusRuntimeException if it is not due, or too much
     * @throws RuntimeException if it cannot be used, as {@link DuplexSession} says
     */
    void take(ConverseRequest request) {
        if (isOver()) {
            return;
        }
        try {
            give(request);
        } catch (IllegalStateException e) {
            if (!isOver()) {
                throw notDue(String.valueOf(e.getMessage()));
            }
        }
    }

    private boolean isOver() {
        return closed || session.state() == SessionState.TERMINATED;
    }

    private void give(ConverseRequest request) {
        if (!request.hasAudioInput() && !messages.take(1)) {
            throw tooMuch("messages: more than " + MESSAGES_AT_ONCE + " at once or " + MESSAGES_A_SECOND + " a second");
        }
        switch (request.getRequestCase()) {
            case OPEN -> throw notDue("open: the session is open; begin another call for another session");
            case AUDIO_INPUT -> audio(Pcm.samples(request.getAudioInput().getAudio()));
            case SAY -> say(request.getSay());
            case REPLY_TEXT -> {
                ClientResponder to = requireResponder("reply_text");
                allow(request.getReplyText().getText());
                to.text(request.getReplyText());
            }
            case REPLY_FAILED -> {
                ClientResponder to = requireResponder("reply_failed");
                allow(request.getReplyFailed().getMessage());
                to.failed(request.getReplyFailed());
            }
            case TRANSCRIPT -> {
                ClientRecognizer to = recognizer;
                if (to == null) {
                    throw notDue("transcript: the client does not recognize; open with recognizer=SIDE_CLIENT");
                }
                allow(request.getTranscript().getText());
                to.transcript(request.getTranscript());
            }
            case SPEECH_STARTED -> session.speechStarted();
            case SPEECH_ENDED -> session.speechEnded(silence(request.getSpeechEnded()));
            case INTERRUPT -> session.interrupt();
            case PLAYED -> session.played(request.getPlayed().getPosition());
            case CLOSE -> {
                closed = true;
                session.close();
            }
            case REQUEST_NOT_SET ->
                throw new IllegalArgumentException("request: is empty or newer than this server; send one it knows");
        }
    }

    private void audio(short[] samples) {
        if (samples.length > longestAudio) {
            throw tooMuch("audio.samples=" + samples.length + ": at most " + longestAudio + ", " + LONGEST_AUDIO_MILLIS
                    + " ms, in one message; send audio as it arrives");
        }
        session.offerAudio(samples);
    }

    private void say(Say say) {
        SayOptions.When when = switch (say.getWhen()) {
            case WHEN_QUEUE -> SayOptions.When.QUEUE;
            case WHEN_INTERRUPT -> SayOptions.When.INTERRUPT;
            case UNRECOGNIZED ->
                throw new IllegalArgumentException(
                        "when=" + say.getWhenValue() + ": must be WHEN_QUEUE or WHEN_INTERRUPT, 0 or 1");
        };
        allow(say.getText());
        session.say(say.getText(), new SayOptions(when, !say.getUninterruptible()));
    }

    private void allow(String value) {
        if (!text.take(value.length())) {
            throw tooMuch("text.length=" + value.length() + ": at most " + TEXT_AT_ONCE + " characters at once and "
                    + TEXT_A_SECOND + " a second; send text as it is spoken");
        }
    }

    private static Duration silence(SpeechEnded ended) {
        try {
            return Duration.ofSeconds(
                    ended.getSilence().getSeconds(), ended.getSilence().getNanos());
        } catch (ArithmeticException | DateTimeException e) {
            throw new IllegalArgumentException(
                    "silence=" + ended.getSilence().getSeconds() + " s: must be 0 to 24 h", e);
        }
    }

    private ClientResponder requireResponder(String message) {
        ClientResponder to = responder;
        if (to == null) {
            throw notDue(message + ": the client does not answer; open with responder=SIDE_CLIENT");
        }
        return to;
    }

    private static StatusRuntimeException notDue(String what) {
        return Status.FAILED_PRECONDITION.withDescription(what).asRuntimeException();
    }

    private static StatusRuntimeException tooMuch(String what) {
        return Status.RESOURCE_EXHAUSTED.withDescription(what).asRuntimeException();
    }
}
