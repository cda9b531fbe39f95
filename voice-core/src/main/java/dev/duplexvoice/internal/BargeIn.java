package dev.duplexvoice.internal;

import dev.duplexvoice.InterruptionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.turn.InterruptionAttempt;
import dev.duplexvoice.turn.InterruptionPolicy;
import dev.duplexvoice.turn.InterruptionPolicy.Verdict;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The caller's speech against a reply: pause fast, decide later. Owned by the audio loop.
 *
 * <p>Sound that may be the beginning of speech pauses the output at its first window, long before it is certain to be speech;
 * if it was none, the reply goes on at once.
 */
final class BargeIn {
    private static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;

    private final SessionCore core;
    private final InterruptionOptions options;
    private final CallerTurn caller;
    private final Playout playout;
    private final Deadlines deadlines;
    private final @Nullable InterruptionPolicy policy;
    private final SerialTasks policyTasks;

    private long warmUntil = Long.MIN_VALUE;
    private long triggeredAt;
    /** A reply that is being made is not put out. */
    private boolean held;
    /** The detector has a window that may be the beginning of speech. */
    private boolean suspected;
    /** It is nothing but backchannels so far. */
    private boolean backchannel;
    /** The policy said so. */
    private boolean continued;
    /** The options would have cut the reply off; the policy is being asked. */
    private boolean due;

    private int attempt;
    private boolean asking;
    /** The policy has had its time and has not answered: the options decide without it until it does. */
    private boolean unanswered;

    private boolean askAgain;

    BargeIn(SessionCore core, Playout playout, Workers workers) {
        this.core = core;
        this.options = core.options.interruption();
        this.caller = core.caller;
        this.playout = playout;
        this.deadlines = core.deadlines;
        this.policy = core.options.interruptionPolicy();
        this.policyTasks = new SerialTasks(Traced.executor(core.trace, workers::host));
    }

    /** Whether the output waits until it is clear whether the caller speaks. */
    boolean holdsOutput(long now) {
        return held
                || suspected
                        && core.state() == SessionState.THINKING
                        && options.pauseAfter().isZero()
                        && mayInterrupt(now);
    }

    /** Whether the caller speaks, or may. */
    boolean isInDoubt() {
        return held || suspected;
    }

    // ------------------------------------------------------------------------------------------ the caller

    /** After each window of the detector. */
    void sound(boolean audible, long onset, long now) {
        boolean suspect = audible && !caller.isSpeaking();
        if (suspect && !suspected) {
            triggeredAt = now;
        }
        if (suspect == suspected) {
            return;
        }
        suspected = suspect;
        if (caller.isSpeaking()) {
            return;
        }
        if (suspect && core.state() == SessionState.SPEAKING && isInterruptible()) {
            core.due(
                    Deadlines.Timer.PAUSE, Math.max(onset + options.pauseAfter().toNanos(), warmUntil), now);
        } else if (!suspect) {
            deadlines.cancel(Deadlines.Timer.PAUSE);
            resume(now);
        }
    }

    void speechStarted(long onset, long now) {
        if (!suspected) {
            triggeredAt = now;
        }
        suspected = false;
        backchannel = false;
        continued = false;
        due = false;
        attempt++;
        SessionState state = core.state();
        if (!isInterruptible()) {
            return;
        }
        if (state == SessionState.THINKING && now >= warmUntil) {
            held = true;
            deadlines.set(
                    Deadlines.Timer.FALSE_ALARM,
                    now + options.falseAlarmTimeout().toNanos());
        }
        if (state == SessionState.SPEAKING) {
            core.due(
                    Deadlines.Timer.PAUSE, Math.max(onset + options.pauseAfter().toNanos(), warmUntil), now);
        }
        confirmLater(onset, now);
        ask(now);
    }

    private void confirmLater(long onset, long now) {
        if (options.minWords() == 0) {
            core.due(
                    Deadlines.Timer.CONFIRM,
                    Math.max(onset + options.confirmAfter().toNanos(), warmUntil),
                    now);
        }
    }

    void speechEnded(long now) {
        deadlines.cancel(Deadlines.Timer.PAUSE);
        deadlines.cancel(Deadlines.Timer.CONFIRM);
        suspected = false;
        if (due && asking && options.minWords() > 0) {
            // Enough was said; the policy has yet to answer, and has no longer than the false alarm for it.
            return;
        }
        due = false;
        release(now);
    }

    /** There is new text since the reply began. */
    void transcript(long now) {
        boolean attempted = caller.isSpeaking() && !continued;
        if (caller.isBackchannel()) {
            if (attempted && !backchannel) {
                backchannel = true;
                deadlines.cancel(Deadlines.Timer.PAUSE);
                release(now);
            }
            return;
        }
        if (backchannel && attempted) {
            // It was not nothing, after all.
            backchannel = false;
            long onset = caller.speechStartedAt();
            if (core.state() == SessionState.SPEAKING && isInterruptible()) {
                core.due(
                        Deadlines.Timer.PAUSE,
                        Math.max(onset + options.pauseAfter().toNanos(), warmUntil),
                        now);
            }
            confirmLater(onset, now);
        }
        int minWords = options.minWords();
        if (minWords > 0 && caller.wordsSinceReply() >= minWords && mayInterrupt(now) && !continued) {
            decide(now);
        } else {
            ask(now);
        }
    }

    // ------------------------------------------------------------------------------------------ the decision

    boolean isInterruptible() {
        ReplyText current = core.replies.current();
        return current != null && core.tape.flag(TapeTag.INTERRUPTIBLE, current.isInterruptible()) && options.enabled();
    }

    /** Whether speech over the reply neither pauses nor interrupts it yet. */
    boolean isWarmingUp(long now) {
        return now < warmUntil && isInterruptible();
    }

    private boolean mayInterrupt(long now) {
        return isInterruptible() && now >= warmUntil;
    }

    /** The CONFIRM timer. */
    void confirm(long now) {
        if (!caller.isSpeaking() || !mayInterrupt(now) || backchannel || continued) {
            return;
        }
        if (core.hearing().isPausing()) {
            // Perhaps it was over in time: the silence that follows speech is no speech.
            deadlines.set(Deadlines.Timer.CONFIRM, now + FRAME_NANOS);
            return;
        }
        decide(now);
    }

    /** By the options the reply is to be cut off. */
    private void decide(long now) {
        due = true;
        if (policy == null || unanswered) {
            core.replies.interrupt(true, now);
            return;
        }
        ask(now);
        if (asking && core.state() == SessionState.SPEAKING) {
            deadlines.set(
                    Deadlines.Timer.FALSE_ALARM,
                    now + options.falseAlarmTimeout().toNanos());
        }
    }

    private void ask(long now) {
        InterruptionPolicy asked = policy;
        ReplyText reply = core.replies.current();
        if (asked == null || unanswered || reply == null || !mayInterrupt(now)) {
            return;
        }
        if (asking) {
            askAgain = true;
            return;
        }
        asking = true;
        askAgain = false;
        int of = attempt;
        int epoch = reply.epoch;
        boolean wasDue = due;
        long speech = caller.isSpeaking() ? Math.max(0, now - caller.speechStartedAt()) : 0;
        InterruptionAttempt question = new InterruptionAttempt(
                core.id,
                reply.turnId,
                caller.sinceReply(),
                caller.wordsSinceReply(),
                Duration.ofNanos(speech),
                core.report.duration(playout.emitted()),
                reply.spoken.text());
        policyTasks.execute(() -> {
            Verdict verdict = Verdict.UNDECIDED;
            try {
                verdict = Objects.requireNonNull(asked.judge(question), "the verdict is null");
            } catch (Exception | LinkageError | AssertionError e) {
                core.pluginFailed(new VoiceException(
                        VoiceException.Code.TURN_TAKING,
                        "interruption policy " + asked.getClass().getName() + " threw " + e,
                        e));
            }
            Verdict answer = verdict;
            core.post(then -> core.inputs.interruptionVerdict(of, epoch, answer, wasDue, then));
        });
    }

    void answered(int of, int epoch, Verdict verdict, boolean wasDue, long now) {
        asking = false;
        unanswered = false;
        ReplyText reply = core.replies.current();
        if (of == attempt && reply != null && reply.epoch == epoch && mayInterrupt(now)) {
            boolean confirmed = wasDue && (caller.isSpeaking() || options.minWords() > 0);
            if (verdict == Verdict.INTERRUPT || verdict == Verdict.UNDECIDED && confirmed && due) {
                core.replies.interrupt(true, now);
                return;
            }
            if (verdict == Verdict.CONTINUE) {
                continued = true;
                due = false;
                deadlines.cancel(Deadlines.Timer.PAUSE);
                deadlines.cancel(Deadlines.Timer.CONFIRM);
                release(now);
            }
        }
        if (askAgain) {
            ask(now);
        }
    }

    // ------------------------------------------------------------------------------------------ the output

    /** The PAUSE timer: closes the gate. */
    void pause(long now) {
        pause(caller.isSpeaking() || suspected, now);
    }

    /** @param forSpeech whether the caller's speech is the cause */
    void pause(boolean forSpeech, long now) {
        ReplyText current = core.replies.current();
        if (core.state() != SessionState.SPEAKING || current == null) {
            return;
        }
        playout.pause();
        long silentAt = playout.silentAt(core.now());
        core.report.paused(current.turnId, playout.emitted(), forSpeech ? triggeredAt : now, now, silentAt);
        if (forSpeech) {
            core.report.bargeIn(current, triggeredAt, silentAt, now);
        }
        core.transition(SessionState.BARGED_IN, now);
        deadlines.set(
                Deadlines.Timer.FALSE_ALARM, now + options.falseAlarmTimeout().toNanos());
    }

    /** The FALSE_ALARM timer: the speech has gone on too long without being confirmed. */
    void falseAlarm(long now) {
        if (asking) {
            unanswered = true;
            if (due && mayInterrupt(now)) {
                core.replies.interrupt(true, now);
                return;
            }
        }
        release(now);
    }

    /** The reply is not held back or paused any more. */
    private void release(long now) {
        if (held) {
            held = false;
            deadlines.cancel(Deadlines.Timer.FALSE_ALARM);
        }
        resume(now);
    }

    private void resume(long now) {
        ReplyText current = core.replies.current();
        if (core.state() != SessionState.BARGED_IN || current == null) {
            return;
        }
        deadlines.cancel(Deadlines.Timer.FALSE_ALARM);
        playout.resume();
        core.report.resumed(current, playout.emitted(), now);
        core.transition(SessionState.SPEAKING, now);
    }

    void replyStarted(long now) {
        held = false;
        if (warmUntil == Long.MIN_VALUE) {
            warmUntil = now + options.warmup().toNanos();
        }
    }

    void replyFinished() {
        held = false;
        due = false;
        deadlines.cancel(Deadlines.Timer.PAUSE);
        deadlines.cancel(Deadlines.Timer.CONFIRM);
        deadlines.cancel(Deadlines.Timer.FALSE_ALARM);
    }
}
