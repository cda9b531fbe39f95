package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
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
    /** A loop that was away for longer than this goes on from now instead of catching up. */
    private static final long LONGEST_CATCH_UP = 10 * FRAME_NANOS;

    final String id;
    final SessionOptions options;

    final SessionReport report;
    final Deadlines deadlines = new Deadlines();
    final CallerTurn caller;
    final TurnTaking turnTaking;
    final BargeIn bargeIn;
    final Replies replies;

    private final AudioLoop loop;
    private final EngineClock clock;
    private final Hearing hearing;
    private final Dialog dialog = new Dialog();
    private final Runnable onFrame;
    private final LongConsumer onFlush;
    private final LongConsumer onClosed;
    private final int frameSamples;
    private final long openedAt;

    /** Kept here for the loop. */
    final Seat seat = new Seat(this);

    private volatile SessionState state = SessionState.IDLE;
    private volatile @Nullable CloseReason closeReason;
    private long nextTick;
    private long outputPosition;
    private int turnNumber = 1;
    private String turnId;

    SessionCore(SessionParts parts, AudioLoop loop, Runnable onFrame, LongConsumer onFlush, LongConsumer onClosed) {
        this.id = parts.id();
        this.turnId = id + "-1";
        this.options = parts.options();
        this.loop = loop;
        this.clock = parts.clock();
        this.hearing = parts.hearing();
        this.onFrame = onFrame;
        this.onFlush = onFlush;
        this.onClosed = onClosed;
        this.frameSamples = options.output().frameSamples();
        this.openedAt = clock.nanoTime();
        this.report = new SessionReport(
                id,
                options.output(),
                openedAt,
                new EventQueue(options.listener(), parts.telemetry(), parts.workers()),
                parts.telemetry());
        this.caller = new CallerTurn(new Backchannels(options.interruption().backchannels()));
        this.replies = new Replies(this, parts.playout(), parts.pump(), parts.workers());
        this.bargeIn = new BargeIn(this, parts.playout(), parts.workers());
        this.turnTaking = new TurnTaking(this, parts.workers());
    }

    /** Runs an action on the loop; dropped if the session has ended. Any thread. */
    void post(LongConsumer action) {
        loop.post(this, action);
    }

    /** A defect ends the session that it was found in, and no other. On the loop. */
    void defect(Throwable e, long now) {
        if (state != SessionState.TERMINATED) {
            report.failed(VoiceException.Code.INTERNAL, e, turnId, now);
            close(CloseReason.INTERNAL_ERROR, now);
        }
    }

    /** Something that the host plugged in failed; the session goes on without its answer. Any thread. */
    void pluginFailed(VoiceException e) {
        post(now -> report.failed(e.code(), e, turnId, now));
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
        nextTick = firstTick;
        outputPosition = options.output().samples(firstTick - openedAt);
        transition(SessionState.LISTENING, now);
        deadlines.set(
                Deadlines.Timer.DURATION_LIMIT,
                openedAt + options.limits().duration().toNanos());
        touch(now);
        report.opened();
    }

    void heard(SpeechSegmenter.Signal signal, long now) {
        SpeechSegmenter segmenter = hearing.segmenter();
        if (signal == SpeechSegmenter.Signal.STARTED) {
            onSpeechStarted(segmenter.start(), now - hearing.age(segmenter.start()), now);
        } else if (signal == SpeechSegmenter.Signal.ENDED) {
            onSpeechEnded(now - hearing.age(segmenter.end()), now);
        }
        boolean audible = segmenter.isAudible();
        bargeIn.sound(audible, audible ? now - hearing.age(segmenter.openStart()) : now, now);
    }

    /** Gives those who follow the speech what has come in since the last call. */
    void feedRecognition() {
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
    long tick(long now) {
        long late = -1;
        if (now - nextTick > LONGEST_CATCH_UP) {
            long missed = (now - nextTick) / FRAME_NANOS;
            nextTick += missed * FRAME_NANOS;
            outputPosition += missed * frameSamples;
        }
        while (nextTick <= now && state != SessionState.TERMINATED) {
            putOut(now - nextTick, now);
            // Read again: the work of this pass, all sessions' windows for one, has made the tick late too.
            late = clock.nanoTime() - nextTick;
            report.tick(late);
            nextTick += FRAME_NANOS;
            outputPosition += frameSamples;
        }
        return late;
    }

    private void putOut(long lateness, long now) {
        replies.flushText(now);
        if (bargeIn.holdsOutput()) {
            return;
        }
        switch (replies.putOut(outputPosition, now)) {
            case FRAME -> {
                onFrame.run();
                report.frame(lateness);
            }
            case BLOCKED -> report.blocked();
            case NOTHING, END -> {}
        }
        replies.roomAvailable();
    }

    /** What was put out and not taken was dropped. */
    void flushed() {
        onFlush.accept(outputPosition);
    }

    // ------------------------------------------------------------------------------------------ the host's calls

    void onSpeechStarted(long onsetSample, long onset, long now) {
        turnTaking.speechStarted(onsetSample, onset, now);
    }

    void onSpeechEnded(long end, long now) {
        turnTaking.speechEnded(end, now);
    }

    void say(String text, SayOptions how, long now) {
        replies.say(text, how, now);
    }

    void interrupt(long now) {
        replies.interrupt(now);
    }

    void close(CloseReason reason, long now) {
        if (state == SessionState.TERMINATED) {
            return;
        }
        transition(SessionState.TERMINATED, now);
        replies.close(now);
        turnTaking.close();
        closeReason = reason;
        report.closed(turnId, reason, turnTaking.turns(), now, () -> onClosed.accept(now));
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
        switch (next) {
            case SPEAKING -> hearing.activity(NoiseGate.Activity.SPEAKING);
            case BARGED_IN -> hearing.activity(NoiseGate.Activity.BARGED_IN);
            // The detector may be what failed.
            case TERMINATED -> {}
            default -> hearing.activity(NoiseGate.Activity.LISTENING);
        }
        ReplyText current = replies.current();
        report.state(current == null ? turnId : current.turnId, from, next, now);
    }

    void nextTurnId() {
        turnNumber++;
        turnId = id + "-" + turnNumber;
    }
}
