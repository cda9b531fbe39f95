package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.Preemptive;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.dialog.Utterance;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.turn.TurnMoment;
import dev.duplexvoice.turn.TurnVerdict;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The caller's side of the state machine: what was said, and when the turn is over. Owned by the audio loop. */
final class TurnTaking {
    private static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;

    private final SessionCore core;
    private final SessionOptions options;
    private final CallerTurn caller;
    private final Deadlines deadlines;
    private final Endpointing endpointing;
    private final @Nullable Recognition recognition;
    private final @Nullable TurnJudge judge;

    private int turns;
    /** Audio up to this sample was given to those who follow the speech. */
    private long givenTo;
    /** Tells answers of the turn detector apart: only the newest question counts. */
    private int question;

    private boolean awaitsVerdict;
    private TurnVerdict verdict = TurnVerdict.UNDECIDED;
    /** Text over the reply that began in its warm-up: it interrupts as a finished turn, and not before. */
    private boolean warmTurn;

    /** The reply is cut off by a turn that ends in this very moment. */
    private boolean ending;

    private final UtteranceTimes spoken = new UtteranceTimes();

    private @Nullable Ahead ahead;
    /** The reply to the turn that ended last. */
    private @Nullable ReplyText answer;

    /** A reply that was begun before the turn was certain to be over, and the text that it answers. */
    private record Ahead(String text, ReplyText reply) {}

    TurnTaking(SessionCore core, Workers workers) {
        this.core = core;
        this.options = core.options;
        this.caller = core.caller;
        this.deadlines = core.deadlines;
        this.endpointing = new Endpointing(options.endpointing());
        int rate = core.hearing().sampleRate();
        this.recognition = options.recognizer() == null
                ? null
                : new Recognition(
                        Objects.requireNonNull(options.recognizer()),
                        rate,
                        workers,
                        (text, isFinal, utterance) ->
                                core.post(now -> core.inputs.transcript(text, isFinal, utterance, now)),
                        core::pluginFailed,
                        core.trace);
        this.judge = options.turnDetector() == null
                ? null
                : new TurnJudge(
                        Objects.requireNonNull(options.turnDetector()), rate, workers, core::pluginFailed, core.trace);
    }

    /** Turns that have ended. */
    int turns() {
        return turns;
    }

    /** Gives on what has come in since the last call. */
    void feed() {
        if (!caller.isSpeaking() || recognition == null && judge == null) {
            return;
        }
        short[] samples = core.hearing().recent(givenTo, core.hearing().written());
        givenTo = core.hearing().written();
        if (samples.length == 0) {
            return;
        }
        if (recognition != null && judge != null) {
            judge.audio(samples.clone());
        } else if (judge != null) {
            judge.audio(samples);
        }
        if (recognition != null) {
            recognition.audio(samples);
        }
    }

    // ------------------------------------------------------------------------------------------ speech

    void speechStarted(long onsetSample, long onset, long now) {
        if (caller.isSpeaking()) {
            return;
        }
        SessionState state = core.state();
        boolean unheard = state == SessionState.THINKING && core.replies.current() == answer;
        if (caller.utterance() > 0 && (caller.isOpen() || unheard)) {
            // The caller paused and goes on: within the turn, or before anything of the answer was heard.
            endpointing.pause(onset - caller.speechEndedAt());
        }
        boolean overReply = core.replies.current() != null;
        caller.speechStarted(onset, overReply);
        deadlines.cancel(Deadlines.Timer.ENDPOINT);
        deadlines.cancel(Deadlines.Timer.IDLE_LIMIT);
        forgetVerdict();
        throwAwayAhead();
        core.report.speechStarted(core.turnId(), onset, core.detectionNanos(), now);
        long preRoll = options.preRoll().toNanos() * core.hearing().sampleRate() / 1_000_000_000L;
        givenTo = Math.max(givenTo, Math.max(0, onsetSample - preRoll));
        if (recognition != null) {
            spoken.started(caller.utterance(), onset);
            core.report.recognitionStarted(core.turnId(), caller.utterance(), now);
            recognition.speechStarted(caller.utterance());
        }
        if (judge != null) {
            judge.speechStarted();
        }
        if (overReply) {
            warmTurn |= recognition != null && core.bargeIn.isWarmingUp(now);
            core.bargeIn.speechStarted(onset, now);
        } else {
            if (state == SessionState.WAITING_FOR_INPUT) {
                core.transition(SessionState.LISTENING, now);
            }
            caller.open();
        }
    }

    void speechEnded(long end, long now) {
        if (!caller.isSpeaking()) {
            return;
        }
        feed();
        caller.speechEnded(end);
        core.report.speechEnded(core.turnId(), caller.speechStartedAt(), end, now);
        if (recognition != null) {
            spoken.ended(end);
            recognition.speechEnded();
        }
        core.bargeIn.speechEnded(now);
        if (recognition == null && !caller.isOpen()) {
            // Speech that interrupted nothing and has no text is no part of the next turn.
            caller.clear();
        }
        if (mayEndTurn()) {
            silent(now);
        }
        core.touch(now);
    }

    void transcript(String text, boolean isFinal, long utterance, long now) {
        boolean isNew = caller.transcript(text, isFinal, utterance, now);
        core.report.transcript(core.turnId(), text, isFinal, now);
        if (isFinal) {
            core.report.recognized(core.turnId(), spoken.find(utterance), text, now);
        }
        core.touch(now);
        if (!isNew) {
            return;
        }
        if (core.replies.current() != null) {
            core.bargeIn.transcript(now);
        }
        if (core.state() == SessionState.LISTENING && isFinal && !text.isBlank() && !caller.isSpeaking()) {
            caller.openByText(now);
        }
        if (mayEndTurn() && isFinal) {
            if (caller.isSpeaking()) {
                prepareReply(now);
            } else {
                silent(now);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ the turn's end

    /** Whether what the caller said is a turn once it is over. */
    private boolean mayEndTurn() {
        return caller.isOpen() && core.state() == SessionState.LISTENING || warmTurn && core.bargeIn.isInterruptible();
    }

    /** The caller is silent, and that or a text is new. */
    private void silent(long now) {
        prepareReply(now);
        if (judge != null) {
            int asked = ++question;
            awaitsVerdict = true;
            verdict = TurnVerdict.UNDECIDED;
            judge.ask(moment(now), given -> core.post(then -> core.inputs.turnVerdict(asked, given, then)));
        }
        core.due(Deadlines.Timer.ENDPOINT, caller.speechEndedAt() + endpointing.delay(), now);
    }

    private TurnMoment moment(long now) {
        return new TurnMoment(
                core.id,
                core.turnId(),
                caller.text(),
                caller.isTranscribed(),
                Duration.ofNanos(caller.speechNanos(now)),
                Duration.ofNanos(Math.max(0, now - caller.speechEndedAt())),
                core.dialog().history());
    }

    void answered(int asked, TurnVerdict given, long now) {
        if (asked == question && awaitsVerdict) {
            awaitsVerdict = false;
            verdict = given;
            core.due(
                    Deadlines.Timer.ENDPOINT,
                    given == TurnVerdict.END ? now : caller.speechEndedAt() + endpointing.delay(),
                    now);
        }
    }

    private void forgetVerdict() {
        question++;
        awaitsVerdict = false;
        verdict = TurnVerdict.UNDECIDED;
    }

    /** The ENDPOINT timer. */
    void endpoint(long now) {
        if (caller.isSpeaking() || !mayEndTurn()) {
            return;
        }
        if (core.hearing().isAudible()) {
            // Something sounds that is not yet known to be speech: the next windows tell.
            deadlines.set(Deadlines.Timer.ENDPOINT, now + FRAME_NANOS);
            return;
        }
        boolean mustWait =
                awaitsVerdict || verdict == TurnVerdict.HOLD || recognition != null && !caller.isTranscribed();
        long latest = caller.speechEndedAt() + endpointing.longest();
        if (mustWait && now < latest) {
            deadlines.set(Deadlines.Timer.ENDPOINT, latest);
            return;
        }
        forgetVerdict();
        if (recognition != null && !caller.isTranscribed()) {
            core.report.recognitionTimedOut(core.turnId(), now);
        }
        if (recognition != null && caller.text().isEmpty()) {
            // Nothing was understood: noise, not a turn.
            throwAwayAhead();
            warmTurn = false;
            caller.clear();
            core.replies.startQueued(now);
            return;
        }
        if (core.replies.current() != null) {
            caller.open();
            ending = true;
            core.replies.interrupt(false, now);
            ending = false;
        }
        warmTurn = false;
        if (core.state() == SessionState.LISTENING) {
            endTurn(now);
        }
    }

    /** A reply is over, and the session listens: what was said over it may be a turn now. */
    void replyFinished(long now) {
        if (ending) {
            return;
        }
        boolean waits = warmTurn;
        warmTurn = false;
        if (caller.isSpeaking()) {
            // Speech that did not interrupt goes on: it is the caller's next turn.
            caller.open();
        } else if (waits) {
            caller.open();
            silent(now);
        }
    }

    private void endTurn(long now) {
        if (turns >= options.limits().turns()) {
            // The last reply was cut off, or there was none: this turn would be one too many.
            core.close(CloseReason.TURN_LIMIT, now);
            return;
        }
        turns++;
        String text = caller.text();
        Turn turn = turn(text, now);
        long speechEnded = caller.speechEndedAt();
        long speechBegan = caller.isUnanswered() ? caller.speechStartedAt() : TelemetryEvent.NEVER;
        long turnBegan = caller.begunAt(now);
        core.report.turnEnded(
                core.turnId(), text, turnBegan, speechBegan, speechEnded, caller.transcriptionDelay(), now);
        caller.answered();
        core.dialog().add(Utterance.Speaker.CALLER, text, false);
        Responder responder = options.responder();
        if (responder == null) {
            core.transition(SessionState.WAITING_FOR_INPUT, now);
            core.nextTurnId();
            core.replies.startQueued(now);
            return;
        }
        Ahead begun = ahead;
        ahead = null;
        if (begun != null && begun.text.equals(text)) {
            answer = begun.reply;
            begun.reply.speechEndedAt = speechEnded;
            core.replies.start(begun.reply, options.preemptive() == Preemptive.SPEECH, now);
            return;
        }
        if (begun != null) {
            core.replies.throwAway(begun.reply);
        }
        ReplyText next = core.replies.create(true, turnBegan);
        answer = next;
        next.speechEndedAt = speechEnded;
        core.replies.ask(responder, turn, next);
        core.replies.start(next, false, now);
    }

    private Turn turn(String text, long now) {
        Duration speech = Duration.ofNanos(caller.speechNanos(now));
        return new Turn(core.id, core.turnId(), text, speech, core.dialog().history());
    }

    // ------------------------------------------------------------------------------------------ ahead of the end

    /** Begins the reply to what the caller has said so far, if that is complete as far as one knows. */
    private void prepareReply(long now) {
        Responder responder = options.responder();
        if (options.preemptive() == Preemptive.OFF
                || responder == null
                || core.state() != SessionState.LISTENING
                || turns >= options.limits().turns()
                || recognition != null
                        && (!caller.isTranscribed() || caller.text().isEmpty())) {
            return;
        }
        String text = caller.text();
        if (ahead != null && ahead.text.equals(text)) {
            return;
        }
        throwAwayAhead();
        ReplyText reply = core.replies.create(true, caller.begunAt(now));
        ahead = new Ahead(text, reply);
        core.replies.ask(responder, turn(text, now), reply);
        if (options.preemptive() == Preemptive.SPEECH) {
            core.replies.synthesizeAhead(reply);
        }
    }

    private void throwAwayAhead() {
        if (ahead != null) {
            core.replies.throwAway(ahead.reply);
            ahead = null;
        }
    }

    /** The reply that was begun ahead; null if there is none. */
    @Nullable
    ReplyText ahead() {
        return ahead == null ? null : ahead.reply;
    }

    /** Whether a reply is the one that was begun ahead. */
    boolean isAhead(ReplyText reply) {
        return ahead != null && ahead.reply == reply;
    }

    void close() {
        throwAwayAhead();
        if (recognition != null) {
            recognition.close();
        }
        if (judge != null) {
            judge.close();
        }
    }
}
