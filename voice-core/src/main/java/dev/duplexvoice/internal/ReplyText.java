package dev.duplexvoice.internal;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.telemetry.TelemetryEvent;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reply while it is written by the host, spoken by the {@link SpeechPump} and played by the {@link Playout}. */
final class ReplyText implements Reply {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyText.class);

    /** Tells its replies apart in the synthesis ring. */
    final int epoch;

    final String turnId;
    final SpokenText spoken;

    /** When its turn began; set before anything is done for it. */
    long turnBegan;

    /** When it became the session's reply; the audio loop's. */
    long startedAt;
    /** When the caller fell silent whom it answers; the audio loop's. */
    long speechEndedAt = TelemetryEvent.NEVER;
    /** Why it failed before that; the audio loop's. */
    @Nullable
    Throwable failedAhead;

    /** Why its voice failed: it ends with the audio that was made before. The audio loop's. */
    @Nullable
    Throwable voiceFailure;

    private volatile @Nullable ReplyWriting writing;
    private final Runnable wakePump;
    private final Workers workers;
    private final BiConsumer<ReplyText, Throwable> onFailure;
    private final BiConsumer<ReplyText, Throwable> onVoiceFailure;
    private final StringBuilder incoming = new StringBuilder();
    private final List<Runnable> cancelActions = new ArrayList<>();
    private boolean complete;
    private volatile boolean detached;
    private volatile boolean cancelled;
    private volatile boolean interruptible = true;
    /** When its first clause reached the synthesizer; set by the pump before the first audio. */
    volatile long firstTextAt = Long.MIN_VALUE;

    ReplyText(
            int epoch,
            String turnId,
            int sampleRate,
            Workers workers,
            Runnable wakePump,
            BiConsumer<ReplyText, Throwable> onFailure,
            BiConsumer<ReplyText, Throwable> onVoiceFailure) {
        this.epoch = epoch;
        this.turnId = turnId;
        this.spoken = new SpokenText(sampleRate);
        this.workers = workers;
        this.wakePump = wakePump;
        this.onFailure = onFailure;
        this.onVoiceFailure = onVoiceFailure;
    }

    @Override
    public void write(CharSequence text) {
        synchronized (this) {
            if (complete && !cancelled) {
                throw new IllegalStateException("the reply is complete: nothing can be written");
            }
            if (cancelled) {
                return;
            }
            int length = spoken.length() + text.length();
            if (length > MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "reply.length=" + length + ": a reply has at most " + MAX_LENGTH + " characters");
            }
            spoken.append(text);
            incoming.append(text);
            if (writing != null) {
                writing.wrote(text.length());
            }
        }
        wakePump.run();
    }

    @Override
    public void complete() {
        synchronized (this) {
            complete = true;
        }
        over(Outcome.DONE);
        wakePump.run();
    }

    @Override
    public void tokens(long input, long output) {
        if (input < 0 || output < 0) {
            throw new IllegalArgumentException(
                    "tokens: input=" + input + ", output=" + output + ": must not be negative");
        }
        ReplyWriting by = writing;
        if (by != null) {
            by.tokens(input, output);
        }
    }

    /** A Responder writes it, whose time is measured; before it is asked. */
    void writing(ReplyWriting by) {
        writing = by;
    }

    /** The Responder is called now: what that belongs to. */
    TraceContext called() {
        ReplyWriting by = writing;
        return by == null ? TraceContext.NONE : by.called();
    }

    /** What it fails with, if it does: told before that. */
    void failing(Throwable cause) {
        ReplyWriting by = writing;
        if (by != null) {
            by.failing(cause);
        }
    }

    /** Nobody writes it any more. The first counts. */
    void over(Outcome outcome) {
        ReplyWriting by = writing;
        if (by != null) {
            by.over(outcome);
        }
    }

    @Override
    public void detach() {
        detached = true;
    }

    boolean isDetached() {
        return detached;
    }

    @Override
    public void fail(Throwable cause) {
        failing(cause);
        over(Outcome.FAILED);
        onFailure.accept(this, cause);
    }

    /** The voice failed, and all that it made before is in the synthesis ring. */
    void voiceFailed(Throwable cause) {
        onVoiceFailure.accept(this, cause);
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                cancelActions.add(action);
                return;
            }
        }
        runCancelAction(action);
    }

    @Override
    public void allowInterruptions(boolean allow) {
        interruptible = allow;
    }

    boolean isInterruptible() {
        return interruptible;
    }

    /** Takes the text written since the last call; null if there is none. */
    synchronized @Nullable String takeIncoming() {
        if (incoming.isEmpty()) {
            return null;
        }
        String text = incoming.toString();
        incoming.setLength(0);
        return text;
    }

    synchronized boolean isComplete() {
        return complete && incoming.isEmpty();
    }

    /** Stops it; more text is ignored. Idempotent. */
    void cancel() {
        List<Runnable> actions;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            actions = List.copyOf(cancelActions);
            cancelActions.clear();
        }
        over(Outcome.CANCELLED);
        wakePump.run();
        actions.forEach(this::runCancelAction);
    }

    private void runCancelAction(Runnable action) {
        workers.host(() -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                LOG.atWarn().addKeyValue("turn_id", turnId).setCause(e).log("A cancel action threw");
            }
        });
    }
}
