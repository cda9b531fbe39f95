package dev.duplexvoice.server.internal.socket;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a client says in JSON. */
sealed interface ClientMessage {

    /** The name in metrics. */
    String type();

    /**
     * It wants a session.
     *
     * @param resumeToken of the session that it was in; null for a new one
     * @param received the number of the last message that it has of that session; none are told again if it does not say
     * @param answers whether it answers turns itself
     * @param recognizes whether it sends transcripts
     */
    record Start(
            StreamFormat input,
            StreamFormat output,
            boolean binary,
            Map<String, String> options,
            @Nullable String userId,
            boolean vad,
            @Nullable String resumeToken,
            long received,
            boolean answers,
            boolean recognizes)
            implements ClientMessage {
        /** Of a client that says nothing. */
        static final Start LEGACY = new Start(
                StreamFormat.CANONICAL,
                StreamFormat.CANONICAL,
                false,
                Map.of(),
                null,
                false,
                null,
                Long.MAX_VALUE,
                false,
                false);

        @Override
        public String type() {
            return "SessionStart";
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Start[input=" + input + ", output=" + output + ", options=" + options + "]";
        }
    }

    /** Text to be said. */
    record Text(String text, boolean isFinal) implements ClientMessage {
        @Override
        public String type() {
            return "TextChunk";
        }
    }

    /** What is to be done with the output. */
    record Control(Command command) implements ClientMessage {
        @Override
        public String type() {
            return "Control";
        }
    }

    enum Command {
        PAUSE,
        RESUME,
        STOP
    }

    /** The caller's audio, s16le in base64. */
    record AudioInput(String pcm, long sequence) implements ClientMessage {
        @Override
        public String type() {
            return "AudioInput";
        }
    }

    /** All before this place was played. */
    record Playout(long position) implements ClientMessage {
        @Override
        public String type() {
            return "Playout";
        }
    }

    /** What the client's recognizer understood; utterance 0 if it does not say of which. */
    record Transcript(String text, boolean isFinal, long utterance) implements ClientMessage {
        @Override
        public String type() {
            return "Transcript";
        }
    }

    /** To be answered with the same id. */
    record Ping(String id) implements ClientMessage {
        @Override
        public String type() {
            return "Ping";
        }
    }

    /** Good bye. */
    record End() implements ClientMessage {
        @Override
        public String type() {
            return "SessionEnd";
        }
    }
}
