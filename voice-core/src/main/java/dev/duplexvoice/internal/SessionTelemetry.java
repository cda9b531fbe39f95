package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.telemetry.ConversationEvent;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells the engine's telemetry what happens in a session. The audio loop's, but for what says otherwise. */
final class SessionTelemetry {
    final SessionInfo session;
    private final VoiceTelemetry telemetry;
    private final EngineClock clock;
    private final long openedAt;
    private final String recognizer;
    /** When the present state began. */
    private long stateSince;

    private long firstAudioAt = TelemetryEvent.NEVER;

    /** @param recognizer {@link dev.duplexvoice.stt.SpeechRecognizer#model} */
    SessionTelemetry(
            SessionInfo session, VoiceTelemetry telemetry, EngineClock clock, long openedAt, String recognizer) {
        this.session = session;
        this.telemetry = telemetry;
        this.clock = clock;
        this.openedAt = openedAt;
        this.recognizer = recognizer;
        this.stateSince = openedAt;
    }

    /** Before this there is nothing that could be told. */
    void opened(String turn, long now) {
        telemetry.on(new ConversationEvent.Opened(openedAt, session));
        changed(turn, SessionState.IDLE, SessionState.LISTENING, now);
    }

    void state(String turn, SessionState from, SessionState to, long now) {
        if (from != SessionState.IDLE) {
            changed(turn, from, to, now);
        }
    }

    private void changed(String turn, SessionState from, SessionState to, long now) {
        telemetry.on(new ConversationEvent.StateChanged(now, session, turn, from, to, stateSince));
        stateSince = now;
    }

    void speechStarted(String turn, long onset, long detectionNanos, long now) {
        telemetry.on(new ConversationEvent.SpeechStarted(now, session, turn, onset, detectionNanos));
    }

    void speechEnded(String turn, long onset, long end, long now) {
        telemetry.on(new ConversationEvent.SpeechEnded(now, session, turn, onset, end));
    }

    void recognitionStarted(String turn, long utterance, long now) {
        telemetry.on(new ConversationEvent.RecognitionStarted(now, session, turn, recognizer, utterance));
    }

    void recognized(String turn, UtteranceTimes.Utterance of, int characters, long now) {
        telemetry.on(new ConversationEvent.Recognized(
                now, session, turn, recognizer, of.number(), of.onset(), Math.min(of.end(), now), characters));
    }

    void recognitionFailed(String turn, String errorType, long now) {
        telemetry.on(new ConversationEvent.RecognitionFailed(now, session, turn, recognizer, errorType));
    }

    void turnEnded(
            String turn,
            long turnBegan,
            long speechBegan,
            long speechEnded,
            long transcriptionNanos,
            int characters,
            long now) {
        telemetry.on(new ConversationEvent.TurnEnded(
                now, session, turn, turnBegan, speechBegan, speechEnded, transcriptionNanos, characters));
    }

    void replyStarted(ReplyText reply, boolean answer, long now) {
        firstAudioAt = TelemetryEvent.NEVER;
        telemetry.on(new ConversationEvent.ReplyStarted(now, session, reply.turnId, reply.epoch, answer));
    }

    void firstAudio(ReplyText reply, long textAt, long now) {
        firstAudioAt = now;
        telemetry.on(new ConversationEvent.FirstAudio(
                now,
                session,
                reply.turnId,
                reply.epoch,
                Math.min(reply.startedAt, now),
                Math.min(textAt, now),
                reply.speechEndedAt));
    }

    void bargeIn(ReplyText reply, long triggeredAt, long silentAt, long now) {
        telemetry.on(new ConversationEvent.BargeIn(now, session, reply.turnId, reply.epoch, triggeredAt, silentAt));
    }

    void resumed(ReplyText reply, long now) {
        telemetry.on(new ConversationEvent.Resumed(now, session, reply.turnId, reply.epoch));
    }

    void replyFinished(
            ReplyText reply,
            Playout playout,
            boolean interrupted,
            long heardNanos,
            String heard,
            String text,
            long now) {
        boolean put = firstAudioAt != TelemetryEvent.NEVER;
        telemetry.on(new ConversationEvent.ReplyFinished(
                now,
                session,
                reply.turnId,
                reply.epoch,
                Math.min(reply.startedAt, now),
                firstAudioAt,
                interrupted,
                heardNanos,
                put ? playout.frames() : 0,
                put ? playout.droppedFrames() : 0,
                text.strip().length(),
                heard.strip().length()));
    }

    /** Any thread. */
    void failed(VoiceException.Code code, Throwable cause, @Nullable String turn) {
        failed(code, cause, turn, clock.nanoTime());
    }

    private void failed(VoiceException.Code code, Throwable cause, @Nullable String turn, long now) {
        telemetry.on(new ConversationEvent.Failed(now, session, turn, code, cause));
        if (code == VoiceException.Code.RECOGNITION) {
            telemetry.on(
                    new ConversationEvent.RecognitionFailed(now, session, turn, recognizer, recognitionError(cause)));
        }
    }

    /** What a recognizer threw is the cause of what is told; what it did not take has none. */
    private static String recognitionError(Throwable told) {
        Throwable cause = told.getCause();
        if (cause == null) {
            return "overload";
        }
        while (cause != null && !(cause instanceof TimeoutException)) {
            cause = cause.getCause();
        }
        return cause == null ? "model_error" : "timeout";
    }

    /** A Responder is asked. */
    ReplyWriting asked(ReplyText reply, String model) {
        return new ReplyWriting(session, reply, model, clock, telemetry);
    }

    void closed(String turn, CloseReason reason, int turns, long now) {
        telemetry.on(new ConversationEvent.Closed(
                now, session, turn, openedAt, reason.label(), reason == CloseReason.INTERNAL_ERROR, turns));
    }

    /** A tick is over. Allocates nothing. */
    void tick(long lateness) {
        telemetry.tick(lateness);
    }

    /** A frame was put out. Allocates nothing. */
    void frame(long lateness) {
        telemetry.frameEmitted(lateness);
    }

    /** The voice is late with a frame. Allocates nothing. */
    void starved() {
        telemetry.frameStarved(session.id());
    }

    /** The host does not take its frames. Allocates nothing. */
    void blocked() {
        telemetry.framesRefused(false, 1);
    }
}
