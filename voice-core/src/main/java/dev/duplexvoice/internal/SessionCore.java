package dev.duplexvoice.internal;

import dev.duplexvoice.CloseReason;
import dev.duplexvoice.InterruptionOptions;
import dev.duplexvoice.SayOptions;
import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.SessionState;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.dialog.Utterance;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.vad.NoiseGate;
import dev.duplexvoice.vad.SpeechSegmenter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine of a session. Everything here runs on its audio loop; other threads {@link #post}. A tick hears first,
 * then decides, then puts a frame out, so that an interruption silences the frame of the very tick in which it is decided.
 */
final class SessionCore {
    private static final Logger LOG = LoggerFactory.getLogger(SessionCore.class);
    private static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;
    /** A loop that was away for longer than this goes on from now instead of catching up. */
    private static final long LONGEST_CATCH_UP = 10 * FRAME_NANOS;

    final String id;
    final SessionOptions options;

    private final AudioLoop loop;
    private final EngineClock clock;
    private final Workers workers;
    private final SessionReport report;
    private final Hearing hearing;
    private final Playout playout;
    private final SpeechPump pump;
    private final @Nullable Recognition recognition;
    private final Dialog dialog = new Dialog();
    private final SerialTasks responding;
    private final Runnable onFrame;
    private final LongConsumer onClosed;
    private final Deadlines deadlines = new Deadlines();
    private final CallerTurn caller = new CallerTurn();
    private final ArrayDeque<Saying> queued = new ArrayDeque<>();
    private final int frameSamples;
    private final long openedAt;

    /** A text of the host's own that waits. */
    private record Saying(String text, SayOptions how) {}

    /** Kept here for the loop. */
    final Seat seat = new Seat(this);

    private volatile SessionState state = SessionState.IDLE;
    private volatile @Nullable CloseReason closeReason;
    private long nextTick;
    private long outputPosition;
    private int turns;
    private int turnNumber = 1;
    private String turnId;
    private int epochs;
    private @Nullable ReplyText reply;
    private boolean firstAudio;
    private boolean held;
    private long warmUntil = Long.MIN_VALUE;
    private long triggeredAt;

    SessionCore(SessionParts parts, AudioLoop loop, Runnable onFrame, LongConsumer onClosed) {
        this.id = parts.id();
        this.turnId = id + "-1";
        this.options = parts.options();
        this.loop = loop;
        this.clock = parts.clock();
        this.workers = parts.workers();
        this.hearing = parts.hearing();
        this.playout = parts.playout();
        this.pump = parts.pump();
        this.onFrame = onFrame;
        this.onClosed = onClosed;
        this.responding = new SerialTasks(workers::host);
        this.frameSamples = options.output().frameSamples();
        this.openedAt = clock.nanoTime();
        this.report = new SessionReport(
                id,
                options.output(),
                openedAt,
                new EventQueue(options.listener(), parts.telemetry(), workers),
                parts.telemetry());
        this.recognition = options.recognizer() == null
                ? null
                : new Recognition(
                        Objects.requireNonNull(options.recognizer()),
                        hearing.sampleRate(),
                        workers,
                        this,
                        e -> post(now -> report.failed(e.code(), e, turnId, now)));
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

    SessionState state() {
        return state;
    }

    Dialog dialog() {
        return dialog;
    }

    Hearing hearing() {
        return hearing;
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
    }

    /** Gives the recognizer what has come in since the last call. */
    void feedRecognition() {
        if (recognition != null && caller.isSpeaking()) {
            short[] samples = hearing.recent(recognition.givenTo, hearing.written());
            recognition.givenTo = hearing.written();
            if (samples.length > 0) {
                recognition.audio(samples);
            }
        }
    }

    void runTimers(long now) {
        for (Deadlines.Timer timer = deadlines.poll(now);
                timer != null && state != SessionState.TERMINATED;
                timer = deadlines.poll(now)) {
            switch (timer) {
                case DURATION_LIMIT -> close(CloseReason.DURATION_LIMIT, now);
                case PAUSE -> pause(now);
                case CONFIRM -> confirm(now);
                case FALSE_ALARM -> falseAlarm(now);
                case ENDPOINT -> tryEndTurn(now);
                case IDLE_LIMIT -> close(CloseReason.IDLE_LIMIT, now);
            }
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
            // Not since the pass began: it may have been others' work that made this session late.
            late = clock.nanoTime() - nextTick;
            putOut(late, now);
            nextTick += FRAME_NANOS;
            outputPosition += frameSamples;
        }
        return late;
    }

    private void putOut(long lateness, long now) {
        if (held) {
            return;
        }
        ReplyText playing = playout.reply();
        switch (playout.tick(outputPosition)) {
            case FRAME -> {
                if (!firstAudio && playing != null) {
                    firstAudio(playing, now);
                }
                onFrame.run();
                report.frame(lateness);
            }
            case END -> {
                if (playing != null) {
                    // A text of punctuation alone makes no sound, and nobody has heard it.
                    String heard =
                            playout.emitted() == 0 ? "" : playing.spoken.text().strip();
                    finishReply(playing, false, heard, playout.emitted(), now);
                }
            }
            case BLOCKED -> report.blocked();
            case NOTHING -> {}
        }
        // Whatever the outcome: frames of a reply that was cut off make room without being put out.
        pump.roomAvailable();
    }

    // ------------------------------------------------------------------------------------------ the caller

    void onSpeechStarted(long onsetSample, long onset, long now) {
        if (caller.isSpeaking()) {
            return;
        }
        triggeredAt = now;
        caller.speechStarted(onset);
        deadlines.cancel(Deadlines.Timer.ENDPOINT);
        deadlines.cancel(Deadlines.Timer.IDLE_LIMIT);
        report.speechStarted(turnId, onset, now);
        if (recognition != null) {
            long preRoll = options.preRoll().toNanos() * hearing.sampleRate() / 1_000_000_000L;
            recognition.givenTo = Math.max(recognition.givenTo, Math.max(0, onsetSample - preRoll));
            recognition.speechStarted();
        }
        switch (state) {
            case LISTENING -> caller.open();
            case WAITING_FOR_INPUT -> {
                transition(SessionState.LISTENING, now);
                caller.open();
            }
            case THINKING, SPEAKING -> {
                if (isInterruptible()) {
                    mayBargeIn(onset, now);
                }
            }
            default -> {}
        }
    }

    /** The caller speaks into a reply that is being made or played. */
    private void mayBargeIn(long onset, long now) {
        InterruptionOptions how = options.interruption();
        held = state == SessionState.THINKING && now >= warmUntil;
        if (held) {
            deadlines.set(
                    Deadlines.Timer.FALSE_ALARM, now + how.falseAlarmTimeout().toNanos());
        }
        if (state == SessionState.SPEAKING) {
            due(Deadlines.Timer.PAUSE, Math.max(onset + how.pauseAfter().toNanos(), warmUntil), now);
        }
        if (how.minWords() == 0) {
            due(Deadlines.Timer.CONFIRM, Math.max(onset + how.confirmAfter().toNanos(), warmUntil), now);
        }
    }

    private boolean isInterruptible() {
        ReplyText current = reply;
        return current != null
                && current.isInterruptible()
                && options.interruption().enabled();
    }

    private boolean mayInterrupt(long now) {
        return isInterruptible() && now >= warmUntil;
    }

    /** Sets a timer; one that is due already runs at once, in the same tick. */
    private void due(Deadlines.Timer timer, long when, long now) {
        deadlines.set(timer, when);
        if (when <= now) {
            runTimers(now);
        }
    }

    void onSpeechEnded(long end, long now) {
        if (!caller.isSpeaking()) {
            return;
        }
        feedRecognition();
        caller.speechEnded(end);
        deadlines.cancel(Deadlines.Timer.PAUSE);
        deadlines.cancel(Deadlines.Timer.CONFIRM);
        report.speechEnded(turnId, end, now);
        if (recognition != null) {
            recognition.speechEnded();
        }
        held = false;
        if (state == SessionState.THINKING) {
            deadlines.cancel(Deadlines.Timer.FALSE_ALARM);
        }
        if (recognition == null && !caller.isOpen()) {
            // Speech that interrupted nothing and has no text is no part of the next turn.
            caller.clear();
        }
        if (state == SessionState.BARGED_IN) {
            resume(now);
        } else if (state == SessionState.LISTENING && caller.isOpen()) {
            due(Deadlines.Timer.ENDPOINT, end + options.endpointing().minDelay().toNanos(), now);
        }
        touch(now);
    }

    void onTranscript(String text, boolean isFinal, long now) {
        caller.transcript(text, isFinal, now);
        report.transcript(turnId, text, isFinal, now);
        touch(now);
        int minWords = options.interruption().minWords();
        if (minWords > 0 && caller.words() >= minWords && reply != null && mayInterrupt(now)) {
            interrupt(now);
        }
        if (isFinal && state == SessionState.LISTENING && !caller.isSpeaking() && !text.isBlank()) {
            caller.open();
            due(
                    Deadlines.Timer.ENDPOINT,
                    caller.speechEndedAt() + options.endpointing().minDelay().toNanos(),
                    now);
        }
    }

    private void tryEndTurn(long now) {
        if (state != SessionState.LISTENING || caller.isSpeaking() || !caller.isOpen()) {
            return;
        }
        if (hearing.isAudible()) {
            // Something sounds that is not yet known to be speech: the next windows tell.
            deadlines.set(Deadlines.Timer.ENDPOINT, now + FRAME_NANOS);
            return;
        }
        if (recognition != null && !caller.isTranscribed()) {
            long latest =
                    caller.speechEndedAt() + options.endpointing().maxDelay().toNanos();
            if (now < latest) {
                deadlines.set(Deadlines.Timer.ENDPOINT, latest);
                return;
            }
        }
        if (recognition != null && caller.text().isEmpty()) {
            // Nothing was understood: noise, not a turn.
            caller.clear();
            startQueued(now);
            return;
        }
        endTurn(now);
    }

    private void endTurn(long now) {
        if (turns >= options.limits().turns()) {
            // The last reply was cut off, or there was none: this turn would be one too many.
            close(CloseReason.TURN_LIMIT, now);
            return;
        }
        turns++;
        String text = caller.text();
        long delay = Math.max(0, now - caller.speechEndedAt());
        Duration speech = Duration.ofNanos(caller.speechNanos());
        report.turnEnded(turnId, text, delay, caller.transcriptionDelay(), now);
        caller.clear();
        if (options.responder() == null) {
            dialog.add(Utterance.Speaker.CALLER, text, false);
            transition(SessionState.WAITING_FOR_INPUT, now);
            nextTurnId();
            startQueued(now);
            return;
        }
        ReplyText next = newReply(true, now);
        dialog.respond(options.responder(), id, next, text, speech, responding, this::failReply);
        startReply(next, now);
    }

    // ------------------------------------------------------------------------------------------ replies

    private ReplyText newReply(boolean interruptible, long now) {
        ReplyText next = new ReplyText(
                ++epochs, turnId, now, options.output().sampleRate(), workers, pump::wake, this::failReply);
        next.allowInterruptions(interruptible);
        next.onCancel(() -> pump.cancel(next));
        return next;
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

    private void startQueued(long now) {
        boolean free = state == SessionState.LISTENING || state == SessionState.WAITING_FOR_INPUT;
        if (free && !caller.isOpen() && !caller.isSpeaking()) {
            Saying saying = queued.poll();
            if (saying != null) {
                ReplyText next = newReply(saying.how().allowInterruptions(), now);
                next.write(saying.text());
                next.complete();
                startReply(next, now);
            }
        }
    }

    private void startReply(ReplyText next, long now) {
        reply = next;
        firstAudio = false;
        held = false;
        caller.resetWords();
        deadlines.cancel(Deadlines.Timer.IDLE_LIMIT);
        if (warmUntil == Long.MIN_VALUE) {
            warmUntil = now + options.interruption().warmup().toNanos();
        }
        report.replyStarted(next.turnId, now);
        transition(SessionState.THINKING, now);
        playout.play(next);
        pump.begin(next);
    }

    private void firstAudio(ReplyText playing, long now) {
        firstAudio = true;
        if (state == SessionState.THINKING) {
            transition(SessionState.SPEAKING, now);
        }
        report.firstAudio(playing, now);
    }

    private void pause(long now) {
        ReplyText current = reply;
        if (state != SessionState.SPEAKING || current == null) {
            return;
        }
        playout.pause();
        long silentAt = playout.silentAt(clock.nanoTime());
        report.paused(current.turnId, playout.emitted(), now, silentAt);
        if (caller.isSpeaking()) {
            report.bargeIn(current.turnId, silentAt - triggeredAt);
        }
        transition(SessionState.BARGED_IN, now);
        deadlines.set(
                Deadlines.Timer.FALSE_ALARM,
                now + options.interruption().falseAlarmTimeout().toNanos());
    }

    /** The speech has gone on too long without being confirmed: the reply is not held back or paused any more. */
    private void falseAlarm(long now) {
        held = false;
        resume(now);
    }

    private void resume(long now) {
        ReplyText current = reply;
        if (state != SessionState.BARGED_IN || current == null) {
            return;
        }
        deadlines.cancel(Deadlines.Timer.FALSE_ALARM);
        playout.resume();
        report.resumed(current.turnId, playout.emitted(), now);
        transition(SessionState.SPEAKING, now);
    }

    private void confirm(long now) {
        if (caller.isSpeaking() && mayInterrupt(now)) {
            interrupt(now);
        }
    }

    /** Cuts the reply off, whatever it is doing. */
    void interrupt(long now) {
        ReplyText current = reply;
        if (current == null) {
            return;
        }
        if (state == SessionState.SPEAKING) {
            pause(now);
        }
        long delivered = playout.flush();
        current.cancel();
        report.interrupted(current.turnId, delivered, now);
        finishReply(current, true, current.spoken.heard(delivered), delivered, now);
        if (caller.isSpeaking() && state == SessionState.LISTENING) {
            caller.open();
        }
    }

    /** Ends a reply whose Responder or synthesizer failed. Any thread. */
    private void failReply(ReplyText failed, Throwable cause) {
        post(now -> {
            if (failed.isCancelled()) {
                // What breaks because the reply was cut off is no failure.
                LOG.atDebug()
                        .addKeyValue("turn_id", failed.turnId)
                        .setCause(cause)
                        .log("A cancelled reply failed");
                return;
            }
            VoiceException.Code code = cause instanceof VoiceException e ? e.code() : VoiceException.Code.RESPONDER;
            report.failed(code, cause, failed.turnId, now);
            failed.cancel();
            if (failed == reply) {
                long delivered = playout.flush();
                finishReply(failed, false, failed.spoken.heard(delivered), delivered, now);
            }
        });
    }

    private void finishReply(ReplyText done, boolean interrupted, String heard, long samples, long now) {
        reply = null;
        held = false;
        deadlines.cancel(Deadlines.Timer.PAUSE);
        deadlines.cancel(Deadlines.Timer.CONFIRM);
        deadlines.cancel(Deadlines.Timer.FALSE_ALARM);
        dialog.add(Utterance.Speaker.AGENT, heard, interrupted);
        report.replyFinished(done, samples, interrupted, heard, now);
        if (state == SessionState.TERMINATED) {
            return;
        }
        transition(SessionState.LISTENING, now);
        nextTurnId();
        touch(now);
        if (turns >= options.limits().turns() && !interrupted) {
            close(CloseReason.TURN_LIMIT, now);
            return;
        }
        if (caller.isSpeaking()) {
            // Speech that did not interrupt goes on: it is the caller's next turn.
            caller.open();
        }
        startQueued(now);
    }

    // ------------------------------------------------------------------------------------------ the end

    void close(CloseReason reason, long now) {
        if (state == SessionState.TERMINATED) {
            return;
        }
        ReplyText current = reply;
        queued.clear();
        long delivered = current != null ? playout.flush() : 0;
        transition(SessionState.TERMINATED, now);
        if (current != null) {
            current.cancel();
            finishReply(current, true, current.spoken.heard(delivered), delivered, now);
        }
        closeReason = reason;
        pump.close();
        if (recognition != null) {
            recognition.close();
        }
        report.closed(turnId, reason, turns, now, () -> onClosed.accept(now));
        onFrame.run();
        // Last, because a detector may throw, and the end must have been told by then.
        hearing.close();
    }

    /** Frees what a session holds that was never started. */
    void discard() {
        state = SessionState.TERMINATED;
        pump.discard();
        if (recognition != null) {
            recognition.close();
        }
        hearing.close();
    }

    @Nullable
    CloseReason closeReason() {
        return closeReason;
    }

    // ------------------------------------------------------------------------------------------ small things

    /** Something happened: the idle limit counts from now while both sides are silent. */
    private void touch(long now) {
        if (state == SessionState.LISTENING || state == SessionState.WAITING_FOR_INPUT) {
            if (!caller.isSpeaking()) {
                deadlines.set(
                        Deadlines.Timer.IDLE_LIMIT,
                        now + options.limits().idle().toNanos());
            }
        }
    }

    private void transition(SessionState next, long now) {
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
        report.state(reply == null ? turnId : reply.turnId, from, next, now);
    }

    private void nextTurnId() {
        turnNumber++;
        turnId = id + "-" + turnNumber;
    }
}
