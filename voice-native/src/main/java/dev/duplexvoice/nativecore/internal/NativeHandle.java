package dev.duplexvoice.nativecore.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The life of a native object: open, closed, and freed once the last thread is out of it and the last child is gone.
 *
 * <p>Every call into the object is bracketed by {@link #enter} and {@link #exit}, so that closing it from another thread
 * never frees memory that is being used.
 */
public final class NativeHandle {
    private static final VarHandle REFERENCES;
    private static final VarHandle CLOSED;
    private static final AtomicInteger LIVE = new AtomicInteger();

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            REFERENCES = lookup.findVarHandle(NativeHandle.class, "references", int.class);
            CLOSED = lookup.findVarHandle(NativeHandle.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final Runnable free;
    private volatile int references = 1;
    private volatile boolean closed;

    /**
     * An open handle.
     *
     * @param name what it is, for messages
     * @param free frees the native object; run once, by whichever thread is the last to leave
     */
    public NativeHandle(String name, Runnable free) {
        this.name = name;
        this.free = free;
        LIVE.incrementAndGet();
    }

    /** Handles of this process that are not freed yet. */
    public static int live() {
        return LIVE.get();
    }

    /** Enters, or returns false if the handle is closed. Whoever got true must {@link #exit}. */
    public boolean tryEnter() {
        if (closed) {
            return false;
        }
        for (; ; ) {
            int count = references;
            if (count == 0) {
                return false;
            }
            if (REFERENCES.compareAndSet(this, count, count + 1)) {
                return true;
            }
        }
    }

    /**
     * Enters.
     *
     * @throws IllegalStateException if the handle is closed
     */
    public void enter() {
        if (!tryEnter()) {
            throw closedException();
        }
    }

    /** Leaves; frees if the handle was closed meanwhile and this was the last reference. */
    public void exit() {
        if ((int) REFERENCES.getAndAdd(this, -1) == 1) {
            LIVE.decrementAndGet();
            free.run();
        }
    }

    /**
     * Does nothing while the handle is open.
     *
     * @throws IllegalStateException if the handle is closed
     */
    public void checkOpen() {
        if (closed) {
            throw closedException();
        }
    }

    /** Lets no one enter any more, and frees as soon as no one is inside. Idempotent. */
    public void close() {
        if (CLOSED.compareAndSet(this, false, true)) {
            exit();
        }
    }

    private IllegalStateException closedException() {
        return new IllegalStateException(name + " is closed");
    }
}
