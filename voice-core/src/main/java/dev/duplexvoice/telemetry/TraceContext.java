package dev.duplexvoice.telemetry;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where in a trace something belongs: a conversation, or a piece of work within it. A {@link VoiceTelemetry} that traces gives one for each
 * conversation; the engine asks that for one for each piece of work whose own calls are to belong to it, makes it current where host code
 * runs, and hands it back with the event that tells of the end. So nothing is to be looked up, and what never ends is forgotten with the
 * session.
 *
 * <p>Thread-safe. Its methods are called on worker threads and on those of the host, never on an audio loop, while sessions wait: they must
 * not block. What they throw is logged once and hurts nobody.
 */
public abstract class TraceContext {
    /** No trace: of nothing that it is asked for anything comes. */
    public static final TraceContext NONE = new None();

    private static final Logger LOG = LoggerFactory.getLogger(TraceContext.class);
    private static final AtomicBoolean REPORTED = new AtomicBoolean();
    private static final ThreadLocal<@Nullable TraceContext> CURRENT = new ThreadLocal<>();
    private static final Scope NO_SCOPE = () -> {};

    /** Work that others are called for. */
    public enum Work {
        /** A Responder writes a reply. */
        REPLY,
        /** A voice speaks a clause. */
        SPEECH
    }

    /**
     * A piece of work that begins.
     *
     * @param turnId the turn that it belongs to
     * @param turnBegan when that began: when the caller began to speak, or the host said something
     * @param reply the session's reply, from 1 on
     * @param at when it began
     */
    public record Begin(Work work, String turnId, long turnBegan, int reply, long at) {}

    /** A context is current until this is closed, by the thread that entered it. */
    @FunctionalInterface
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** For those who trace. */
    protected TraceContext() {}

    /** Work begins: what it belongs to from now on, {@link #NONE} if that is nothing. Told of a conversation only. */
    protected abstract TraceContext onBegin(Begin work);

    /**
     * Becomes current on the calling thread.
     *
     * @param turnId of a conversation: the turn that is meant, if there is something to be current for it; null for the whole
     */
    protected abstract Scope onEnter(@Nullable String turnId);

    /** Work failed with this; the event that tells of its end follows. */
    protected abstract void onFailed(Throwable cause);

    /** Work of a conversation begins. */
    public final TraceContext begin(Begin work) {
        try {
            return onBegin(work);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report(e);
            return NONE;
        }
    }

    /** Makes this current on the calling thread until the scope is closed, which is never null. */
    public final Scope enter() {
        return enter(null);
    }

    /** The same for a turn of a conversation. */
    public final Scope enter(@Nullable String turnId) {
        if (this == NONE) {
            return NO_SCOPE;
        }
        TraceContext before = CURRENT.get();
        Scope theirs;
        try {
            theirs = onEnter(turnId);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report(e);
            return NO_SCOPE;
        }
        CURRENT.set(this);
        return () -> {
            if (before == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(before);
            }
            try {
                theirs.close();
            } catch (RuntimeException | LinkageError | AssertionError e) {
                report(e);
            }
        };
    }

    /** Tells what the work failed with. */
    public final void failed(Throwable cause) {
        try {
            onFailed(cause);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            report(e);
        }
    }

    /**
     * What is current on the calling thread, {@link #NONE} if nothing is: for those who go on with the work on another thread and enter it
     * there.
     */
    public static TraceContext current() {
        TraceContext current = CURRENT.get();
        return current == null ? NONE : current;
    }

    static void report(Throwable e) {
        if (REPORTED.compareAndSet(false, true)) {
            LOG.atWarn().setCause(e).log("A trace threw; further failures are not logged");
        }
    }

    private static final class None extends TraceContext {
        @Override
        protected TraceContext onBegin(Begin work) {
            return this;
        }

        @Override
        protected Scope onEnter(@Nullable String turnId) {
            return NO_SCOPE;
        }

        @Override
        protected void onFailed(Throwable cause) {}
    }
}
