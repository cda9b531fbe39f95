package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.dialog.Utterance;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agent's side of the state machine: what is said, one reply after the other. Owned by the audio loop. */
final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    private final SessionCore core;
    private final Playout playout;
    private final SpeechPump pump;
    private final Workers workers;
    private final ArrayDeque<Saying> queued = new ArrayDeque<>();
    private int epochs;
    private @Nullable ReplyText reply;
    private boolean firstAudio;

    /** A text of the host's own that waits. */
    private record Saying(String text, SayOptions how) {}

    Replies(SessionCore core, Playout playout, SpeechPump pump, Workers workers) {
        this.core = core;
        this.playout = playout;
        this.pump = pump;
        this.workers = workers;
    }

    /** The reply that is being made or played. */
    @Nullable
    ReplyText current() {
        return reply;
    }

    // ------------------------------------------------------------------------------------------ the beginning

    ReplyText create(boolean interruptible) {
        ReplyText next = new ReplyText(
                ++epochs, core.turnId(), core.options.output().sampleRate(), workers, pump::wake, this::failed);
        next.allowInterruptions(interruptible);
        next.onCancel(() -> pump.cancel(next));
        return next;
    }

    /** Asks the Responder. */
    void ask(Responder responder, Turn turn, ReplyText next) {
        ResponderCall.start(responder, turn, next, workers, this::failed);
    }

    /** Lets a reply be synthesised that is not yet to be played. */
    void synthesizeAhead(ReplyText next) {
        pump.begin(next);
    }

    /** Drops a reply that was never started. */
    void throwAway(ReplyText next) {
        next.cancel();
        playout.dropAhead();
    }

    void say(String text, SayOptions how, long now) {
        Saying saying = new Saying(text, how);
        if (how.when() == SayOptions.When.INTERRUPT && reply != null) {
            queued.addFirst(saying);
            interrupt(now);
        } else {
            queued.addLast(saying);
        }
        startQueued(now);
    }

    /** Says what waits, if nobody speaks. */
    void startQueued(long now) {
        boolean free = core.state() == SessionState.LISTENING || core.state() == SessionState.WAITING_FOR_INPUT;
        if (free && !core.caller.isOpen() && !core.caller.isSpeaking()) {
            Saying saying = queued.poll();
            if (saying != null) {
                ReplyText next = create(saying.how().allowInterruptions());
                next.write(saying.text());
                next.complete();
                start(next, false, now);
            }
        }
    }

    /** @param begun whether the synthesizer is at work for it already */
    void start(ReplyText next, boolean begun, long now) {
        reply = next;
        next.startedAt = now;
        firstAudio = false;
        core.caller.replyBegins();
        core.deadlines.cancel(Deadlines.Timer.IDLE_LIMIT);
        core.bargeIn.replyStarted(now);
        core.report.replyStarted(next.turnId, now);
        core.transition(SessionState.THINKING, now);
        playout.play(next);
        if (!begun) {
            pump.begin(next);
        }
        Throwable failure = next.failedAhead;
        if (failure != null) {
            fail(next, failure, now);
        }
    }

    // ------------------------------------------------------------------------------------------ the audio

    /** Puts the next frame out, if there is one. */
    Playout.Outcome putOut(long position, long now) {
        ReplyText playing = playout.reply();
        Playout.Outcome outcome = playout.tick(position);
        if (playing != null && outcome == Playout.Outcome.FRAME && !firstAudio) {
            firstAudio(playing, now);
        } else if (playing != null && outcome == Playout.Outcome.END) {
            long delivered = playout.heard();
            // A text of punctuation alone makes no sound, and nobody has heard it.
            boolean all = delivered > 0 && delivered == playout.emitted();
            String heard = all ? playing.spoken.text().strip() : playing.spoken.heard(delivered);
            finish(playing, false, heard, delivered, now);
        }
        return outcome;
    }

    /** Whatever a tick did: frames of a reply that was cut off make room without being put out. */
    void roomAvailable() {
        pump.roomAvailable();
    }

    /** On every tick: text that waits for more is spoken after a while as it is. */
    void flushText(long now) {
        pump.flushIfWaiting(now);
    }

    private void firstAudio(ReplyText playing, long now) {
        firstAudio = true;
        if (core.state() == SessionState.THINKING) {
            core.transition(SessionState.SPEAKING, now);
        }
        core.report.firstAudio(playing, now);
    }

    // ------------------------------------------------------------------------------------------ the end

    /** Cuts the reply off, whatever it is doing. */
    void interrupt(long now) {
        ReplyText current = reply;
        if (current == null) {
            return;
        }
        if (core.state() == SessionState.SPEAKING) {
            core.bargeIn.pause(core.caller.isSpeaking(), now);
        }
        long delivered = flush();
        current.cancel();
        core.report.interrupted(current.turnId, delivered, now);
        finish(current, true, current.spoken.heard(delivered), delivered, now);
        if (core.caller.isSpeaking() && core.state() == SessionState.LISTENING) {
            core.caller.open();
        }
    }

    private long flush() {
        long delivered = playout.flush();
        core.flushed();
        return delivered;
    }

    /** Ends a reply whose Responder or synthesizer failed. Any thread. */
    private void failed(ReplyText failed, Throwable cause) {
        core.post(now -> fail(failed, cause, now));
    }

    private void fail(ReplyText failed, Throwable cause, long now) {
        if (failed.isCancelled()) {
            // What breaks because the reply was cut off is no failure.
            LOG.atDebug().addKeyValue("turn_id", failed.turnId).setCause(cause).log("A cancelled reply failed");
            return;
        }
        if (core.turnTaking.isAhead(failed)) {
            // Nobody waits for it yet, and perhaps nobody will.
            failed.failedAhead = cause;
            return;
        }
        VoiceException.Code code = cause instanceof VoiceException e ? e.code() : VoiceException.Code.RESPONDER;
        core.report.failed(code, cause, failed.turnId, now);
        failed.cancel();
        if (failed == reply) {
            long delivered = flush();
            finish(failed, false, failed.spoken.heard(delivered), delivered, now);
        }
    }

    private void finish(ReplyText done, boolean interrupted, String heard, long samples, long now) {
        reply = null;
        core.bargeIn.replyFinished();
        core.dialog().add(Utterance.Speaker.AGENT, heard, interrupted);
        core.report.replyFinished(done, samples, interrupted, heard, now);
        if (core.state() == SessionState.TERMINATED) {
            return;
        }
        core.transition(SessionState.LISTENING, now);
        core.nextTurnId();
        core.touch(now);
        if (core.turnTaking.turns() >= core.options.limits().turns() && !interrupted) {
            core.close(CloseReason.TURN_LIMIT, now);
            return;
        }
        if (core.caller.isSpeaking()) {
            // Speech that did not interrupt goes on: it is the caller's next turn.
            core.caller.open();
        }
        startQueued(now);
    }

    /** Frees what was never used. */
    void discard() {
        pump.discard();
    }

    /** The session has ended. */
    void close(long now) {
        queued.clear();
        ReplyText current = reply;
        if (current != null) {
            long delivered = flush();
            current.cancel();
            finish(current, true, current.spoken.heard(delivered), delivered, now);
        }
        pump.close();
    }
}
