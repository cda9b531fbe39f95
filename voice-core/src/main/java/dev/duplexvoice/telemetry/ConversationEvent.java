package dev.duplexvoice.telemetry;

import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a session. A {@code turnId} is that of events and logs; a {@code reply} numbers the session's replies from 1
 * on, those too that were begun ahead and thrown away. Texts are told by their length only.
 */
public sealed interface ConversationEvent extends TelemetryEvent {

    /** The session. */
    SessionInfo session();

    /** The turn that it belongs to; null before and behind the first and the last. */
    @Nullable
    String turnId();

    /** It was opened. Always the first. */
    record Opened(long at, SessionInfo session) implements ConversationEvent {
        @Override
        public @Nullable String turnId() {
            return null;
        }
    }

    /**
     * It ended. Always the last of the session itself; what its plugins still do may follow.
     *
     * @param openedAt when it was opened
     * @param reason {@link dev.duplexvoice.CloseReason#label}
     * @param failed whether a defect ended it
     * @param turns turns of the caller that ended
     */
    record Closed(
            long at,
            SessionInfo session,
            @Nullable String turnId,
            long openedAt,
            String reason,
            boolean failed,
            int turns)
            implements ConversationEvent {}

    /**
     * It went from one state to another.
     *
     * @param since when it had come into the state that it left
     */
    record StateChanged(
            long at, SessionInfo session, @Nullable String turnId, SessionState from, SessionState to, long since)
            implements ConversationEvent {}

    /**
     * The caller speaks.
     *
     * @param onset when the speech began
     * @param detectionNanos from the onset until the detector first heard what may be speech, which is when the output pauses; -1 if the
     *     host tells when the caller speaks
     */
    record SpeechStarted(
            long at, SessionInfo session, @Nullable String turnId, long onset, long detectionNanos)
            implements ConversationEvent {}

    /**
     * The caller fell silent.
     *
     * @param onset when the speech began
     * @param end when it ended, before the silence was long enough
     */
    record SpeechEnded(
            long at, SessionInfo session, @Nullable String turnId, long onset, long end) implements ConversationEvent {}

    /** The recognizer is given an utterance. */
    record RecognitionStarted(
            long at, SessionInfo session, @Nullable String turnId, String model, long utterance)
            implements ConversationEvent {}

    /**
     * The recognizer gave a final text.
     *
     * @param utterance what it is the text of: if the recognizer does not say, the one that ended last and had none yet, else the newest
     * @param onset when that speech began; {@link TelemetryEvent#NEVER} if it was never noticed
     * @param speechEndedAt when that speech ended; the event's own time if the text came before its end
     * @param characters length of the text
     */
    record Recognized(
            long at,
            SessionInfo session,
            @Nullable String turnId,
            String model,
            long utterance,
            long onset,
            long speechEndedAt,
            int characters)
            implements ConversationEvent {}

    /**
     * The recognizer failed, or gave no final text in time for the end of the turn.
     *
     * @param errorType {@code timeout}, {@code overload} if it does not take its audio, {@code model_error}
     */
    record RecognitionFailed(
            long at, SessionInfo session, @Nullable String turnId, String model, String errorType)
            implements ConversationEvent {}

    /**
     * The caller's turn is over.
     *
     * @param turnBegan when the turn began: with the speech that opened it, which pauses may follow, or with its text if only that tells of
     *     the turn
     * @param speechBegan when the caller last began to speak; {@link TelemetryEvent#NEVER} if only a text tells of the turn
     * @param speechEnded when the caller last fell silent: the endpointing delay is from then to the event
     * @param transcriptionNanos from there to the last transcript; 0 without one
     * @param characters length of what was understood
     */
    record TurnEnded(
            long at,
            SessionInfo session,
            String turnId,
            long turnBegan,
            long speechBegan,
            long speechEnded,
            long transcriptionNanos,
            int characters)
            implements ConversationEvent {}

    /**
     * A reply begins to be made.
     *
     * @param answer whether it answers the caller; else the host said something
     */
    record ReplyStarted(long at, SessionInfo session, String turnId, int reply, boolean answer)
            implements ConversationEvent {}

    /**
     * A Responder has written its reply, or will not. Of a reply that was begun ahead and thrown away this is all that is told.
     *
     * @param model {@link dev.duplexvoice.dialog.Responder#model}
     * @param askedAt when it was asked
     * @param firstTextAt when its first text came; {@link TelemetryEvent#NEVER} if none did
     * @param characters length of what it wrote
     * @param inputTokens as the host told with {@link dev.duplexvoice.dialog.Reply#tokens}; 0 if it did not
     * @param outputTokens likewise
     * @param trace what was begun for it; {@link TraceContext#NONE} if the Responder was not called
     */
    record Responded(
            long at,
            SessionInfo session,
            String turnId,
            int reply,
            String model,
            long askedAt,
            long firstTextAt,
            int characters,
            long inputTokens,
            long outputTokens,
            Outcome outcome,
            TraceContext trace)
            implements ConversationEvent {}

    /**
     * The first audio of a reply was put out.
     *
     * @param startedAt when the reply began: at the end of the turn that it answers
     * @param textAt when its first text reached the voice
     * @param speechEndedAt when the caller fell silent; {@link TelemetryEvent#NEVER} if it is no answer
     */
    record FirstAudio(
            long at, SessionInfo session, String turnId, int reply, long startedAt, long textAt, long speechEndedAt)
            implements ConversationEvent {}

    /**
     * The output was closed because the caller speaks, or may.
     *
     * @param triggeredAt when the detector heard it
     * @param silentAt when the frames on their way are played: the latency is from the trigger to here
     */
    record BargeIn(long at, SessionInfo session, String turnId, int reply, long triggeredAt, long silentAt)
            implements ConversationEvent {}

    /** A false alarm: the reply goes on where it paused. */
    record Resumed(long at, SessionInfo session, String turnId, int reply) implements ConversationEvent {}

    /**
     * A reply is over.
     *
     * @param startedAt when it began
     * @param firstAudioAt when its first audio was put out; {@link TelemetryEvent#NEVER} if none was
     * @param interrupted whether it was cut off
     * @param heardNanos length of the audio that was heard
     * @param frames frames with audio of it that were put out
     * @param droppedFrames those of them that were taken back because it was cut off
     * @param characters length of its text, white space at its ends left out
     * @param heardCharacters length of the text that was heard
     */
    record ReplyFinished(
            long at,
            SessionInfo session,
            String turnId,
            int reply,
            long startedAt,
            long firstAudioAt,
            boolean interrupted,
            long heardNanos,
            long frames,
            long droppedFrames,
            int characters,
            int heardCharacters)
            implements ConversationEvent {}

    /** Something failed; the session goes on, unless {@link Closed} follows. */
    record Failed(long at, SessionInfo session, @Nullable String turnId, VoiceException.Code code, Throwable cause)
            implements ConversationEvent {}
}
