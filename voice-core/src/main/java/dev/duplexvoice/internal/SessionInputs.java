package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.turn.InterruptionPolicy;
import dev.duplexvoice.turn.TurnVerdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the host, its plugins and the engine want a session to do, each written to the session's tape before it is done; and read from
 * one. Owned by the audio loop.
 */
final class SessionInputs {
    private static final Logger LOG = LoggerFactory.getLogger(SessionInputs.class);

    private static final VoiceException.Code[] CODES = VoiceException.Code.values();
    private static final CloseReason[] REASONS = CloseReason.values();
    private static final SayOptions.When[] WHENS = SayOptions.When.values();
    private static final TurnVerdict[] TURN_VERDICTS = TurnVerdict.values();
    private static final InterruptionPolicy.Verdict[] VERDICTS = InterruptionPolicy.Verdict.values();

    private final SessionCore core;
    private final Tape tape;

    SessionInputs(SessionCore core, Tape tape) {
        this.core = core;
        this.tape = tape;
    }

    // ------------------------------------------------------------------------------------------ the host

    void say(String text, SayOptions how, long now) {
        tapeSaying(text, how, now);
        core.replies.say(text, how, now);
    }

    /** What is written is not known yet, and a replay needs its audio only. */
    void say(HostText text, SayOptions how, long now) {
        tapeSaying("", how, now);
        core.replies.say(text, how, now);
    }

    private void tapeSaying(String text, SayOptions how, long now) {
        TapeWriter out = tape.action(TapeTag.SAY, now);
        if (out != null) {
            out.text(text).number(how.when().ordinal()).flag(how.allowInterruptions());
        }
    }

    void interrupt(long now) {
        tape.action(TapeTag.INTERRUPT, now);
        core.interrupt(now);
    }

    void speechStarted(long now) {
        tape.action(TapeTag.SPEECH_STARTED, now);
        core.takeAudio(now);
        core.onSpeechStarted(core.hearing().written(), now, now);
    }

    void speechEnded(long silenceNanos, long now) {
        TapeWriter out = tape.action(TapeTag.SPEECH_ENDED, now);
        if (out != null) {
            out.signed(silenceNanos);
        }
        // What was put in before is part of the speech.
        core.takeAudio(now);
        core.onSpeechEnded(now - silenceNanos, now);
    }

    // ------------------------------------------------------------------------------------------ its plugins

    void transcript(String text, boolean isFinal, long utterance, long now) {
        TapeWriter out = tape.action(TapeTag.TRANSCRIPT, now);
        if (out != null) {
            out.text(text).flag(isFinal).number(utterance);
        }
        core.turnTaking.transcript(text, isFinal, utterance, now);
    }

    void turnVerdict(int question, TurnVerdict verdict, long now) {
        TapeWriter out = tape.action(TapeTag.TURN_VERDICT, now);
        if (out != null) {
            out.number(question).number(verdict.ordinal());
        }
        core.turnTaking.answered(question, verdict, now);
    }

    void interruptionVerdict(int attempt, int epoch, InterruptionPolicy.Verdict verdict, boolean wasDue, long now) {
        TapeWriter out = tape.action(TapeTag.INTERRUPTION_VERDICT, now);
        if (out != null) {
            out.number(attempt).number(epoch).number(verdict.ordinal()).flag(wasDue);
        }
        core.bargeIn.answered(attempt, epoch, verdict, wasDue, now);
    }

    void replyFailed(ReplyText failed, Throwable cause, long now) {
        if (isFailure(TapeTag.REPLY_FAILED, failed, cause, now)) {
            core.replies.fail(failed, cause, now);
        }
    }

    void voiceFailed(ReplyText failed, Throwable cause, long now) {
        if (isFailure(TapeTag.VOICE_FAILED, failed, cause, now)) {
            failed.voiceFailure = cause;
        }
    }

    private boolean isFailure(TapeTag tag, ReplyText failed, Throwable cause, long now) {
        if (failed.isCancelled()) {
            // What breaks because the reply was cut off is no failure.
            LOG.atDebug()
                    .addKeyValue("session_id", core.id)
                    .addKeyValue("turn_id", failed.turnId)
                    .setCause(cause)
                    .log("A cancelled reply failed");
            return false;
        }
        TapeWriter out = tape.action(tag, now);
        if (out != null) {
            out.number(failed.epoch)
                    .text(failed.turnId)
                    .number(Replies.code(cause).ordinal())
                    .text(Replica.message(cause));
        }
        return true;
    }

    void pluginFailed(VoiceException e, long now) {
        TapeWriter out = tape.action(TapeTag.PLUGIN_FAILED, now);
        if (out != null) {
            out.number(e.code().ordinal()).text(Replica.message(e));
        }
        core.report.failed(e.code(), e, core.turnId(), now);
    }

    // ------------------------------------------------------------------------------------------ the engine

    void close(CloseReason reason, long now) {
        if (core.state() != SessionState.TERMINATED) {
            TapeWriter out = tape.action(TapeTag.CLOSE, now);
            if (out != null) {
                out.number(reason.ordinal());
            }
            core.close(reason, now);
        }
    }

    void ticksSooner(long nanos, long now) {
        TapeWriter out = tape.action(TapeTag.SOONER, now);
        if (out != null) {
            out.number(nanos);
        }
        core.ticksSooner(nanos);
    }

    // ------------------------------------------------------------------------------------------ again

    /** Does what a record says whose tag and time were read. */
    void again(TapeTag tag, long now, TapeReader in) {
        switch (tag) {
            case SAY -> say(in.text(), new SayOptions(in.constant(WHENS), in.flag()), now);
            case INTERRUPT -> interrupt(now);
            case SPEECH_STARTED -> speechStarted(now);
            case SPEECH_ENDED -> speechEnded(in.signed(), now);
            case TRANSCRIPT -> transcript(in.text(), in.flag(), in.number(Long.MAX_VALUE), now);
            case TURN_VERDICT -> turnVerdict((int) in.number(Integer.MAX_VALUE), in.constant(TURN_VERDICTS), now);
            case INTERRUPTION_VERDICT ->
                interruptionVerdict(
                        (int) in.number(Integer.MAX_VALUE),
                        (int) in.number(Integer.MAX_VALUE),
                        in.constant(VERDICTS),
                        in.flag(),
                        now);
            case REPLY_FAILED -> {
                ReplyText failed = core.replies.find((int) in.number(Integer.MAX_VALUE), in.text());
                replyFailed(failed, new VoiceException(in.constant(CODES), in.text()), now);
            }
            case VOICE_FAILED -> {
                ReplyText failed = core.replies.find((int) in.number(Integer.MAX_VALUE), in.text());
                voiceFailed(failed, new VoiceException(in.constant(CODES), in.text()), now);
            }
            case PLUGIN_FAILED -> pluginFailed(new VoiceException(in.constant(CODES), in.text()), now);
            case CLOSE -> close(in.constant(REASONS), now);
            case SOONER -> ticksSooner(in.number(PhaseGrid.FRAME_NANOS), now);
            default -> throw in.diverged("expected a pass or something done, found " + tag);
        }
    }
}
