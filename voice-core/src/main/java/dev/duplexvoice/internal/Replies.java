package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.dialog.Turn;
import dev.duplexvoice.dialog.Utterance;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The agent's side of the state machine: what is said, one reply after the other. Owned by the audio loop. */
final class Replies {
    private final SessionCore core;
    private final Playout playout;
    private final SpeechPump pump;
    private final Workers workers;
    private final ArrayDeque<Saying> queued = new ArrayDeque<>();
    private int epochs;
    private @Nullable ReplyText reply;
    private boolean firstAudio;
    private boolean toldLeftOut;

    /** A text of the host's own that waits. */
    private record Saying(Consumer<ReplyText> begin, Runnable cancel, SayOptions how) {}

    Replies(SessionCore core, Playout playout, SpeechPump pump, Workers workers) {
        this.core = core;
        this.playout = playout;
        this.pump = pump;
        this.workers = workers;
        pump.whenReady(core::hasten);
    }

    /** The reply that is being made or played. */
    @Nullable
    ReplyText current() {
        return reply;
    }

    // ------------------------------------------------------------------------------------------ the beginning

    /** @param turnBegan when the turn began that it belongs to */
    ReplyText create(boolean interruptible, long turnBegan) {
        ReplyText next = text(++epochs, core.turnId());
        next.turnBegan = turnBegan;
        next.allowInterruptions(interruptible);
        next.onCancel(() -> pump.cancel(next));
        return next;
    }

    private ReplyText text(int epoch, String turnId) {
        return new ReplyText(
                epoch,
                turnId,
                core.options.output().sampleRate(),
                workers,
                pump::wake,
                this::failed,
                this::voiceFailed);
    }

    /** Asks the Responder. */
    void ask(Responder responder, Turn turn, ReplyText next) {
        next.writing(core.report.asked(next, core.responderModel));
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
        Consumer<ReplyText> begin = reply -> {
            reply.write(text);
            reply.complete();
        };
        say(new Saying(begin, () -> {}, how), how, now);
    }

    /** Says what is still being written. */
    void say(HostText text, SayOptions how, long now) {
        say(new Saying(text::begin, text::cancel, how), how, now);
    }

    private void say(Saying saying, SayOptions how, long now) {
        if (how.when() == SayOptions.When.INTERRUPT && reply != null) {
            queued.addFirst(saying);
            interrupt(false, now);
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
                ReplyText next = create(saying.how().allowInterruptions(), now);
                saying.begin.accept(next);
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
        core.report.replyStarted(next, next.speechEndedAt != TelemetryEvent.NEVER, now);
        core.transition(SessionState.THINKING, now);
        playout.play(next);
        if (begun) {
            // Its audio may have been there before anybody waited for it.
            core.hasten();
        } else {
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
        Playout.Outcome outcome = playout.tick(position, pump.isMaking());
        if (outcome == Playout.Outcome.GAP && !pump.waitsForText()) {
            core.report.starved();
        }
        if (playing != null && outcome == Playout.Outcome.FRAME && !firstAudio) {
            firstAudio(playing, now);
        } else if (playing != null && outcome == Playout.Outcome.END) {
            long delivered = playout.heard();
            // A text of punctuation alone makes no sound, and nobody has heard it.
            boolean all = delivered > 0 && delivered == playout.emitted() && playing.voiceFailure == null;
            String heard = all
                    ? core.tape.text(TapeTag.HEARD_TEXT, playing.spoken.heardToItsEnd())
                    : heard(playing, delivered);
            finish(playing, false, heard, delivered, now);
        }
        return outcome;
    }

    /** Whether the first frame of the reply waits for the tick only. */
    boolean mayBegin() {
        return playout.mayBegin(pump.isMaking());
    }

    /** In a tick in which nothing of a reply may be put out. */
    Playout.Outcome holdBack(long position) {
        return playout.fallSilent(position) ? Playout.Outcome.FADE : Playout.Outcome.NOTHING;
    }

    /** Whatever a tick did: frames of a reply that was cut off make room without being put out. */
    void roomAvailable() {
        pump.roomAvailable();
    }

    /** On every tick: what synthesis waits for is not waited for too long. */
    void watch(long now) {
        pump.watch(now);
    }

    private void firstAudio(ReplyText playing, long now) {
        firstAudio = true;
        if (core.state() == SessionState.THINKING) {
            core.transition(SessionState.SPEAKING, now);
        }
        // Audio that was made ahead waited for the turn's end, and nobody for it.
        long textAt = core.tape.time(TapeTag.FIRST_TEXT_AT, Math.max(playing.firstTextAt, playing.startedAt));
        core.report.firstAudio(playing, textAt, now);
    }

    private String heard(ReplyText of, long samples) {
        return core.tape.text(TapeTag.HEARD_TEXT, of.spoken.heard(samples));
    }

    // ------------------------------------------------------------------------------------------ the end

    /**
     * Cuts the reply off, whatever it is doing.
     *
     * @param forSpeech whether the caller's speech is the cause
     */
    void interrupt(boolean forSpeech, long now) {
        ReplyText current = reply;
        if (current == null) {
            return;
        }
        if (core.state() == SessionState.SPEAKING) {
            core.bargeIn.pause(forSpeech, now);
        }
        long delivered = flush();
        current.cancel();
        core.report.interrupted(current.turnId, delivered, now);
        finish(current, true, heard(current, delivered), delivered, now);
        if (core.caller.isSpeaking() && core.state() == SessionState.LISTENING) {
            core.caller.open();
        }
    }

    private long flush() {
        long delivered = playout.flush();
        core.flushed(playout);
        return delivered;
    }

    /** Ends a reply whose Responder failed. Any thread. */
    private void failed(ReplyText failed, Throwable cause) {
        boolean unwritten = code(cause) == VoiceException.Code.RESPONDER;
        if (unwritten) {
            failed.failing(cause);
        }
        failed.over(unwritten ? Outcome.FAILED : Outcome.CANCELLED);
        core.post(now -> core.inputs.replyFailed(failed, cause, now));
    }

    /** Ends a reply whose voice failed when what it made before is played. Any thread. */
    private void voiceFailed(ReplyText failed, Throwable cause) {
        failed.over(Outcome.CANCELLED);
        core.post(now -> core.inputs.voiceFailed(failed, cause, now));
    }

    /** What kind of failure it is. */
    static VoiceException.Code code(Throwable cause) {
        return cause instanceof VoiceException e ? e.code() : VoiceException.Code.RESPONDER;
    }

    /** The reply of this epoch, or, if it is over, one that stands for it. */
    ReplyText find(int epoch, String turnId) {
        ReplyText ahead = core.turnTaking.ahead();
        if (reply != null && reply.epoch == epoch) {
            return reply;
        }
        return ahead != null && ahead.epoch == epoch ? ahead : text(epoch, turnId);
    }

    /** It was not cancelled. */
    void fail(ReplyText failed, Throwable cause, long now) {
        if (core.turnTaking.isAhead(failed)) {
            // Nobody waits for it yet, and perhaps nobody will.
            failed.failedAhead = cause;
            return;
        }
        core.report.failed(code(cause), cause, failed.turnId, now);
        failed.cancel();
        if (failed == reply) {
            long delivered = flush();
            finish(failed, false, heard(failed, delivered), delivered, now);
        }
    }

    private void finish(ReplyText done, boolean interrupted, String heard, long samples, long now) {
        reply = null;
        Throwable failure = done.voiceFailure;
        if (failure != null) {
            core.report.failed(code(failure), failure, done.turnId, now);
            done.cancel();
        }
        core.bargeIn.replyFinished();
        core.dialog().add(Utterance.Speaker.AGENT, heard, interrupted);
        String text = core.tape.text(TapeTag.REPLY_TEXT, done.spoken.text());
        core.report.replyFinished(done, playout, samples, interrupted, heard, text, now);
        tellLeftOut(done, samples);
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
        core.turnTaking.replyFinished(now);
        startQueued(now);
    }

    /** Once a session: whoever writes in letters that the voice does not know will do it again. */
    private void tellLeftOut(ReplyText done, long samples) {
        List<String> leftOut = toldLeftOut ? List.of() : done.spoken.leftOut(samples);
        if (!leftOut.isEmpty()) {
            toldLeftOut = true;
            core.report.leftOut(done.turnId, pump.voice(), leftOut);
        }
    }

    /** Frees what was never used. */
    void discard() {
        pump.discard();
    }

    /** The session has ended. */
    void close(long now) {
        queued.forEach(saying -> saying.cancel.run());
        queued.clear();
        ReplyText current = reply;
        if (current != null) {
            long delivered = flush();
            current.cancel();
            finish(current, true, heard(current, delivered), delivered, now);
        }
        playout.close();
        pump.close();
    }
}
