package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SessionEvent;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listener, telemetry and log what happens in a session, each in its own terms. Times are the engine's clock in
 * nanoseconds, positions are samples of the reply.
 */
final class SessionReport {
    private static final Logger LOG = LoggerFactory.getLogger(SessionCore.class);

    private static final int SHOWN = 60;

    private final String id;
    private final AudioFormat output;
    private final long openedAt;
    private final EventQueue events;
    private final SessionTelemetry telemetry;
    /** The time of the last event: none is told as earlier than another before it. */
    private long latest;

    SessionReport(AudioFormat output, long openedAt, EventQueue events, SessionTelemetry telemetry) {
        this.id = telemetry.session.id();
        this.output = output;
        this.openedAt = openedAt;
        this.events = events;
        this.telemetry = telemetry;
    }

    void opened(String turn, long now) {
        telemetry.opened(turn, now);
        events.log(null, () -> LOG.atInfo().addKeyValue("session_id", id).log("Session opened"));
    }

    void state(String turn, SessionState from, SessionState to, long now) {
        events.emit(new SessionEvent.StateChanged(at(now), id, turn, from, to));
        telemetry.state(turn, from, to, now);
    }

    /** @param detectionNanos from the onset until the detector noticed it; -1 if the host tells */
    void speechStarted(String turn, long onset, long detectionNanos, long now) {
        events.emit(new SessionEvent.SpeechStarted(at(now), id, turn, moment(onset)));
        telemetry.speechStarted(turn, onset, detectionNanos, now);
    }

    void speechEnded(String turn, long onset, long end, long now) {
        events.emit(new SessionEvent.SpeechEnded(at(now), id, turn, moment(end)));
        telemetry.speechEnded(turn, onset, end, now);
    }

    void recognitionStarted(String turn, long utterance, long now) {
        telemetry.recognitionStarted(turn, utterance, now);
    }

    void recognized(String turn, UtteranceTimes.Utterance of, String text, long now) {
        telemetry.recognized(turn, of, text.length(), now);
    }

    /** The recognizer gave no final text in time. */
    void recognitionTimedOut(String turn, long now) {
        telemetry.recognitionFailed(turn, "timeout", now);
    }

    /** A Responder is asked. */
    ReplyWriting asked(ReplyText reply, String model) {
        return telemetry.asked(reply, model);
    }

    void transcript(String turn, String text, boolean isFinal, long now) {
        events.emit(new SessionEvent.Transcript(at(now), id, turn, text, isFinal));
    }

    /**
     * @param turnBegan when the turn began
     * @param speechBegan when the caller last began to speak
     * @param speechEnded when the caller last fell silent
     */
    void turnEnded(
            String turn,
            String text,
            long turnBegan,
            long speechBegan,
            long speechEnded,
            long transcriptionDelay,
            long now) {
        long endpointingDelay = Math.max(0, now - speechEnded);
        events.emit(new SessionEvent.TurnEnded(
                at(now), id, turn, text, Duration.ofNanos(endpointingDelay), Duration.ofNanos(transcriptionDelay)));
        telemetry.turnEnded(turn, turnBegan, speechBegan, speechEnded, transcriptionDelay, text.length(), now);
    }

    /** @param answer whether it answers the caller */
    void replyStarted(ReplyText reply, boolean answer, long now) {
        events.emit(new SessionEvent.ReplyStarted(at(now), id, reply.turnId));
        telemetry.replyStarted(reply, answer, now);
    }

    void firstAudio(ReplyText reply, long textAt, long now) {
        // Text comes on another thread, perhaps while this pass goes on.
        long sinceText = Math.max(0, now - textAt);
        long sinceTurn = Math.max(0, now - reply.startedAt);
        events.emit(new SessionEvent.FirstAudio(
                at(now), id, reply.turnId, Duration.ofNanos(sinceText), Duration.ofNanos(sinceTurn)));
        telemetry.firstAudio(reply, textAt, now);
    }

    void paused(String turn, long position, long detectedAt, long closedAt, long silentAt) {
        events.emit(new SessionEvent.Paused(
                at(closedAt), id, turn, duration(position), moment(detectedAt), moment(silentAt)));
    }

    void bargeIn(ReplyText reply, long triggeredAt, long silentAt, long now) {
        telemetry.bargeIn(reply, triggeredAt, silentAt, now);
    }

    void resumed(ReplyText reply, long position, long now) {
        events.emit(new SessionEvent.Resumed(at(now), id, reply.turnId, duration(position)));
        telemetry.resumed(reply, now);
    }

    void interrupted(String turn, long position, long now) {
        events.emit(new SessionEvent.Interrupted(at(now), id, turn, duration(position)));
    }

    /** @param playout has put it out, and nothing after it */
    void replyFinished(
            ReplyText reply, Playout playout, long position, boolean interrupted, String heard, String text, long now) {
        Duration delivered = duration(position);
        events.emit(new SessionEvent.ReplyFinished(at(now), id, reply.turnId, delivered, interrupted, heard, text));
        telemetry.replyFinished(reply, playout, interrupted, delivered.toNanos(), heard, text, now);
    }

    /** The voice left pieces of a reply's text out, which were therefore not heard. */
    void leftOut(String turn, String voice, List<String> pieces) {
        String all = String.join(" ", pieces);
        int end = Character.isLowSurrogate(all.charAt(Math.min(SHOWN, all.length() - 1))) ? SHOWN - 1 : SHOWN;
        String shown = all.length() <= SHOWN ? all : all.substring(0, end) + "...";
        events.log(
                turn,
                () -> LOG.atWarn()
                        .addKeyValue("session_id", id)
                        .addKeyValue("turn_id", turn)
                        .addKeyValue("voice", voice)
                        .addKeyValue("text", shown)
                        .log(
                                "A voice left out what it cannot say, and it counts as not heard: have replies written in the voice's"
                                        + " language and letters, or choose a voice of theirs. Not told again in this session"));
    }

    void failed(VoiceException.Code code, Throwable cause, String turn, long now) {
        events.emit(new SessionEvent.Failed(at(now), id, turn, code, Replica.message(cause)));
        telemetry.failed(code, cause, turn);
        events.log(
                turn,
                () -> LOG.atWarn()
                        .addKeyValue("session_id", id)
                        .addKeyValue("turn_id", turn)
                        .addKeyValue("code", code)
                        .setCause(cause)
                        .log("Session error"));
    }

    /** Something threw that must not, and ends the session. */
    void defect(Throwable cause) {
        events.log(
                null,
                () -> LOG.atError()
                        .addKeyValue("session_id", id)
                        .setCause(cause)
                        .log("A session failed"));
    }

    /** A tick is over. Allocates nothing. */
    void tick(long lateness) {
        telemetry.tick(lateness);
    }

    /** A frame was put out. Allocates nothing. */
    void frame(long lateness) {
        telemetry.frame(lateness);
    }

    /** The voice is late with a frame. Allocates nothing. */
    void starved() {
        telemetry.starved();
    }

    /** The host does not take its frames. Allocates nothing. */
    void blocked() {
        telemetry.blocked();
    }

    /** @param afterwards run when the listener has been told */
    void closed(String turn, CloseReason reason, int turns, long now, Runnable afterwards) {
        telemetry.closed(turn, reason, turns, now);
        events.log(
                null,
                () -> LOG.atInfo()
                        .addKeyValue("session_id", id)
                        .addKeyValue("reason", reason.label())
                        .addKeyValue("turns", turns)
                        .log("Session closed"));
        events.emit(new SessionEvent.Closed(at(now), id, turn, reason));
        events.afterwards(afterwards);
    }

    /** The time of an event. */
    private Duration at(long now) {
        latest = Math.max(latest, now - openedAt);
        return Duration.ofNanos(latest);
    }

    /** A time that an event tells of. */
    private Duration moment(long time) {
        return Duration.ofNanos(Math.max(0, time - openedAt));
    }

    Duration duration(long samples) {
        return Duration.ofNanos(output.nanos(samples));
    }
}
