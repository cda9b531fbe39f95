package dev.duplexvoice.internal;

import dev.duplexvoice.dialog.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A text of the host's own that is being written: kept until its turn has come, then given on. Thread-safe. */
final class HostText implements Reply {
    private final BooleanSupplier ended;
    private final Workers workers;
    private final StringBuilder early = new StringBuilder();
    private final List<Runnable> cancelActions = new ArrayList<>();
    private boolean interruptible;
    private boolean complete;
    private boolean cancelled;
    private @Nullable Throwable failure;
    private @Nullable ReplyText begun;

    /** @param ended whether the session has ended, so that nobody begins or cancels this any more */
    HostText(boolean interruptible, BooleanSupplier ended, Workers workers) {
        this.interruptible = interruptible;
        this.ended = ended;
        this.workers = workers;
    }

    /** Its turn has come; from now on it is that reply. The audio loop. */
    void begin(ReplyText reply) {
        Throwable failed;
        synchronized (this) {
            reply.allowInterruptions(interruptible);
            cancelActions.forEach(reply::onCancel);
            cancelActions.clear();
            reply.write(early);
            early.setLength(0);
            if (complete) {
                reply.complete();
            }
            begun = reply;
            failed = failure;
        }
        if (failed != null) {
            reply.fail(failed);
        }
    }

    /** Its turn will not come. */
    void cancel() {
        List<Runnable> actions;
        synchronized (this) {
            cancelled = true;
            early.setLength(0);
            actions = List.copyOf(cancelActions);
            cancelActions.clear();
        }
        actions.forEach(workers::host);
    }

    @Override
    public void write(CharSequence text) {
        ReplyText reply;
        synchronized (this) {
            reply = begun;
            if (reply == null) {
                keep(text);
                return;
            }
        }
        reply.write(text);
    }

    private void keep(CharSequence text) {
        if (cancelled || ended.getAsBoolean()) {
            return;
        }
        if (complete) {
            throw new IllegalStateException("the reply is complete: nothing can be written");
        }
        if (early.length() + text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("reply.length=" + (early.length() + text.length())
                    + ": a reply has at most " + MAX_LENGTH + " characters");
        }
        early.append(text);
    }

    @Override
    public void complete() {
        ReplyText reply;
        synchronized (this) {
            complete = true;
            reply = begun;
        }
        if (reply != null) {
            reply.complete();
        }
    }

    /** It is as if it were. */
    @Override
    public void detach() {}

    @Override
    public void fail(Throwable cause) {
        ReplyText reply;
        synchronized (this) {
            failure = cause;
            reply = begun;
        }
        if (reply != null) {
            reply.fail(cause);
        }
    }

    @Override
    public boolean isCancelled() {
        ReplyText reply;
        synchronized (this) {
            reply = begun;
            if (reply == null) {
                return cancelled || ended.getAsBoolean();
            }
        }
        return reply.isCancelled();
    }

    @Override
    public void onCancel(Runnable action) {
        ReplyText reply;
        synchronized (this) {
            reply = begun;
            if (reply == null && !cancelled && !ended.getAsBoolean()) {
                cancelActions.add(action);
                return;
            }
        }
        if (reply == null) {
            workers.host(action);
        } else {
            reply.onCancel(action);
        }
    }

    @Override
    public void allowInterruptions(boolean allow) {
        ReplyText reply;
        synchronized (this) {
            interruptible = allow;
            reply = begun;
        }
        if (reply != null) {
            reply.allowInterruptions(allow);
        }
    }
}
