package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.vad.NoiseGate;
import dev.duplexvoice.vad.SpeechSegmenter;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The state machine of a session: its states, timers and ticks; {@link TurnTaking} has the caller's side, {@link Replies} the
 * agent's, {@link BargeIn} what happens when both speak. Everything here runs on its audio loop; other threads {@link #post}. A tick
 * hears first, then decides, then puts a frame out, so that an interruption silences the frame of the very tick in which it is
 * decided.
 */
final class SessionCore {
    private static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;
    /** A host that sends nothing for longer than this sends silence: it mutes, or leaves silence out. */
    private static final long LONGEST_DROPOUT = 25 * FRAME_NANOS;

    final String id;
    final SessionOptions options;

    final SessionReport report;
    final Deadlines deadlines = new Deadlines();
    final CallerTurn caller;
    final TurnTaking turnTaking;
    final BargeIn bargeIn;
    final Replies replies;

    /** Where the conversation's trace is. */
    final TraceContext trace;

    /** What the Responder is, for telemetry. */
    final String responderModel;

    final SessionInputs inputs;
    final Tape tape;

    private final Inbox inbox;
    private final Place place;
    private final EngineClock clock;
    private final Hearing hearing;
    private final Dialog dialog;
    private final Runnable onFrame;
    private final LongConsumer onFlush;
    private final LongConsumer onClosed;
    private final LongConsumer hasten = this::hasten;
    private final Cadence cadence;
    private final long openedAt;

    /** Kept here for the loop. */
    final Seat seat = new Seat(this);

    private volatile SessionState state = SessionState.IDLE;
    private volatile @Nullable CloseReason closeReason;
    /** When audio came last, and how much silence was taken in its place since. */
    private long audioAt;

    private long silenceTaken;
    /** The first sample of the sound that was noticed last as speech or what may be its beginning, and when it was. */
    private long noticed = -1;

    private long noticedAt;
    /** How long the detector took to notice the speech that began last; -1 if the host told of it. */
    private long detection = -1;

    private int turnNumber = 1;
    private String turnId;

    /** Where other threads leave what a session is to do on its loop. */
    interface Inbox {
        void post(SessionCore session, LongConsumer action);
    }

    /** Among the other sessions of its loop. */
    interface Place {
        /** Where no session is moved. */
        Place FIXED = (session, now, tick) -> tick;

        /** Moves the session's next tick from this time to a sooner one, if there is room. Returns when it is. On the loop. */
        long sooner(SessionCore session, long now, long tick);
    }

    SessionCore(
            SessionParts parts,
            Inbox inbox,
            Place place,
            Runnable onFrame,
            LongConsumer onFlush,
            LongConsumer onClosed) {
        this.id = parts.info().id();
        this.trace = parts.info().trace();
        this.turnId = id + "-1";
        this.options = parts.options();
        this.dialog = new Dialog(options.limits().history());
        this.inbox = inbox;
        this.place = place;
        this.tape = parts.tape();
        this.inputs = new SessionInputs(this, tape);
        this.clock = parts.clock();
        this.hearing = parts.hearing();
        this.onFrame = onFrame;
        this.onFlush = onFlush;
        this.onClosed = onClosed;
        this.cadence = new Cadence(options.output());
        this.openedAt = clock.nanoTime();
        SpeechRecognizer recognizer = options.recognizer();
        Responder responder = options.responder();
        // Asked here, where a host that throws hurts nobody but itself.
        this.responderModel = responder == null ? "" : responder.model();
        SessionTelemetry telemetry = new SessionTelemetry(
                parts.info(), parts.telemetry(), clock, openedAt, recognizer == null ? "" : recognizer.model());
        this.report = new SessionReport(
                options.output(), openedAt, new EventQueue(options.listener(), telemetry, parts.workers()), telemetry);
        this.caller = new CallerTurn(new Backchannels(options.interruption().backchannels()));
        this.replies = new Replies(this, parts.playout(), parts.pump(), parts.workers());
        this.bargeIn = new BargeIn(this, parts.playout(), parts.workers());
        this.turnTaking = new TurnTaking(this, parts.workers());
    }

    /** Runs an action on the loop; dropped if the session has ended. Any thread. */
    void post(LongConsumer action) {
        inbox.post(this, action);
    }

    /** A defect ends the session that it was found in, and no other. On the loop. */
    void defect(Throwable e, long now) {
        if (state != SessionState.TERMINATED) {
            TapeWriter out = tape.action(TapeTag.DEFECT, now);
            if (out != null) {
                out.text(Replica.message(e));
            }
            report.failed(VoiceException.Code.INTERNAL, e, turnId, now);
            close(CloseReason.INTERNAL_ERROR, now);
        }
    }

    /** Something that the host plugged in failed; the session goes on without its answer. Any thread. */
    void pluginFailed(VoiceException e) {
        post(now -> inputs.pluginFailed(e, now));
    }

    SessionState state() {
        return state;
    }

    String turnId() {
        return turnId;
    }

    Dialog dialog() {
        return dialog;
    }

    Hearing hearing() {
        return hearing;
    }

    /** The time at this moment, which the time of the tick may lag behind. */
    long now() {
        return clock.nanoTime();
    }

    Deadlines deadlines() {
        return deadlines;
    }

    // ------------------------------------------------------------------------------------------ the loop's calls

    /** @param firstTick when the first frame is due: now, or a little later if the loop spreads its sessions */
    void start(long now, long firstTick) {
        tape.started(openedAt, now, firstTick);
        cadence.start(firstTick, openedAt);
        transition(SessionState.LISTENING, now);
        deadlines.set(
                Deadlines.Timer.DURATION_LIMIT,
                openedAt + options.limits().duration().toNanos());
        touch(now);
        report.opened(turnId, now);
    }

    /**
     * Takes the probability of the window that was submitted, and what follows from it.
     *
     * @param round how many windows of this pass came before it
     */
    void judge(int round, long now) {
        heard(hearing.judge(), now);
        if (round > 0) {
            // More audio than usual: the next windows overwrite what the recognizer has not been given.
            feedRecognition();
        }
    }

    /** After all windows of a pass: runs timers and puts out what is due. Returns what {@link #tick} does. */
    long move(long now) {
        feedRecognition();
        runTimers(now);
        long late = tick(now);
        // A session's end is the last that is told of it.
        VoiceException unrecorded = state == SessionState.TERMINATED ? null : tape.passed(now);
        if (unrecorded != null) {
            report.failed(unrecorded.code(), unrecorded, turnId, now);
        }
        return late;
    }

    /** It has ended and left the loop. */
    void left() {
        tape.ended();
    }

    /** Takes in what the host has put in. */
    void takeAudio(long now) {
        if (options.externalSpeech()) {
            // Who follows the speech is given each piece before the next takes its place.
            while (hearing.drain()) {
                turnTaking.feed();
            }
            turnTaking.feed();
            return;
        }
        long before = hearing.written();
        hearing.drain();
        if (hearing.written() != before) {
            audioAt = now;
            silenceTaken = 0;
        } else if (now - audioAt >= LONGEST_DROPOUT && hearing.isInSpeech()) {
            long taken = hearing.silence(now - audioAt - silenceTaken);
            for (; taken > 0; taken = hearing.silence(now - audioAt - silenceTaken)) {
                silenceTaken += taken;
            }
        }
    }

    private void heard(SpeechSegmenter.Signal signal, long now) {
        // In a dropout the silence that takes its place comes a little at a time.
        long until = silenceTaken > 0 ? audioAt + silenceTaken : now;
        SpeechSegmenter segmenter = hearing.segmenter();
        if (signal == SpeechSegmenter.Signal.STARTED) {
            long onset = until - hearing.age(segmenter.start());
            detection = Math.max(0, (noticed == segmenter.start() ? noticedAt : now) - onset);
            onSpeechStarted(segmenter.start(), onset, now);
        } else if (signal == SpeechSegmenter.Signal.ENDED) {
            onSpeechEnded(until - hearing.age(segmenter.end()), now);
        }
        boolean audible = segmenter.isAudible();
        if (audible && noticed != segmenter.openStart()) {
            noticed = segmenter.openStart();
            noticedAt = now;
        }
        bargeIn.sound(audible, audible ? until - hearing.age(segmenter.openStart()) : now, now);
    }

    /** Gives those who follow the speech what has come in since the last call. */
    private void feedRecognition() {
        turnTaking.feed();
    }

    void runTimers(long now) {
        for (Deadlines.Timer timer = deadlines.poll(now);
                timer != null && state != SessionState.TERMINATED;
                timer = deadlines.poll(now)) {
            switch (timer) {
                case DURATION_LIMIT -> close(CloseReason.DURATION_LIMIT, now);
                case PAUSE -> bargeIn.pause(now);
                case CONFIRM -> bargeIn.confirm(now);
                case FALSE_ALARM -> bargeIn.falseAlarm(now);
                case ENDPOINT -> turnTaking.endpoint(now);
                case IDLE_LIMIT -> close(CloseReason.IDLE_LIMIT, now);
            }
        }
    }

    /** Sets a timer; one that is due already runs at once, in the same tick. */
    void due(Deadlines.Timer timer, long when, long now) {
        deadlines.set(timer, when);
        if (when <= now) {
            runTimers(now);
        }
    }

    /** Puts out what is due. Returns how late that was in nanoseconds, or -1 if nothing was due. */
    private long tick(long now) {
        long late = -1;
        cadence.catchUp(now);
        while (cadence.next() <= now && state != SessionState.TERMINATED) {
            putOut(now - cadence.next(), now);
            // Read again: the work of this pass, all sessions' windows for one, has made the tick late too.
            late = clock.nanoTime() - cadence.next();
            report.tick(late);
            cadence.ticked();
        }
        return late;
    }

    /** A reply's first frames are there: they are put out as soon as may be. Any thread. */
    void hasten() {
        if (place != Place.FIXED) {
            post(hasten);
        }
    }

    /**
     * The next tick comes sooner if it is the first of a reply that nothing but the tick keeps waiting. What is heard has no seam
     * there: the frame before the tick was silence.
     */
    private void hasten(long now) {
        boolean waits = state == SessionState.THINKING && cadence.isSilent() && !bargeIn.isInDoubt();
        if (waits && replies.mayBegin()) {
            long sooner = cadence.next() - place.sooner(this, now, cadence.next());
            if (sooner > 0) {
                inputs.ticksSooner(sooner, now);
            }
        }
    }

    void ticksSooner(long nanos) {
        cadence.sooner(nanos);
    }

    private void putOut(long lateness, long now) {
        replies.watch(now);
        boolean held = bargeIn.holdsOutput(now);
        switch (held ? replies.holdBack(cadence.position()) : replies.putOut(cadence.position(), now)) {
            case FRAME -> {
                cadence.filled();
                onFrame.run();
                report.frame(lateness);
            }
            case FADE, GAP -> {
                cadence.filled();
                onFrame.run();
            }
            case BLOCKED -> report.blocked();
            case NOTHING, END -> {}
        }
        if (!held) {
            replies.roomAvailable();
        }
    }

    /** What was put out from this place on and not taken was dropped, if anything was. */
    void flushed(Playout playout) {
        onFlush.accept(playout.cutAt(cadence.position()));
        onFrame.run();
    }

    // ------------------------------------------------------------------------------------------ the host's calls

    /** From the onset of the speech that began last until it was noticed, in nanoseconds; -1 if the host told of it. */
    long detectionNanos() {
        return detection;
    }

    void onSpeechStarted(long onsetSample, long onset, long now) {
        turnTaking.speechStarted(onsetSample, onset, now);
    }

    void onSpeechEnded(long end, long now) {
        turnTaking.speechEnded(end, now);
    }

    void interrupt(long now) {
        replies.interrupt(false, now);
    }

    void close(CloseReason reason, long now) {
        if (state == SessionState.TERMINATED) {
            return;
        }
        transition(SessionState.TERMINATED, now);
        // Whatever fails now, the end is told and what is held is freed.
        AudioLoop.guarded(() -> replies.close(now));
        AudioLoop.guarded(turnTaking::close);
        closeReason = reason;
        report.closed(turnId, reason, turnTaking.turns(), now, () -> tape.whenWritten(() -> onClosed.accept(now)));
        onFrame.run();
        // Last, because a detector may throw, and the end must have been told by then.
        hearing.close();
    }

    /** Frees what a session holds that was never started. */
    void discard() {
        state = SessionState.TERMINATED;
        replies.discard();
        turnTaking.close();
        hearing.close();
        tape.discarded();
    }

    @Nullable
    CloseReason closeReason() {
        return closeReason;
    }

    // ------------------------------------------------------------------------------------------ small things

    /** Something happened: the idle limit counts from now while both sides are silent. */
    void touch(long now) {
        if (state == SessionState.LISTENING || state == SessionState.WAITING_FOR_INPUT) {
            if (!caller.isSpeaking()) {
                deadlines.set(
                        Deadlines.Timer.IDLE_LIMIT,
                        now + options.limits().idle().toNanos());
            }
        }
    }

    void transition(SessionState next, long now) {
        SessionState from = state;
        if (!from.mayBecome(next)) {
            throw new IllegalStateException("session " + id + ": no transition from " + from + " to " + next);
        }
        state = next;
        ReplyText current = replies.current();
        // Told first: a detector that throws must not take it back.
        report.state(current == null ? turnId : current.turnId, from, next, now);
        switch (next) {
            case SPEAKING -> hearing.activity(NoiseGate.Activity.SPEAKING);
            case BARGED_IN -> hearing.activity(NoiseGate.Activity.BARGED_IN);
            // The detector may be what failed.
            case TERMINATED -> {}
            default -> hearing.activity(NoiseGate.Activity.LISTENING);
        }
    }

    void nextTurnId() {
        turnNumber++;
        turnId = id + "-" + turnNumber;
    }
}
