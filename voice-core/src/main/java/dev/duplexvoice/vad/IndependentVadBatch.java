package dev.duplexvoice.vad;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A batch for detectors that gain nothing from computing callers together: it keeps the books and the submitted windows, and
 * asks for one probability at a time. Safe to close while another thread is in {@link #run}: {@link #free} is called once that
 * thread is out of it. Nothing is allocated after construction.
 */
public abstract class IndependentVadBatch implements VadBatch {
    private static final int MAX_CAPACITY = 65_536;
    private static final int NEVER = 0;

    private final int windowSamples;
    /** Window of caller i at {@code i * windowSamples}. */
    private final short[] windows;

    private final boolean[] used;
    private final boolean[] submitted;
    /** By caller: the number of the run that computed its probability, {@link #NEVER} if none. */
    private final int[] runOf;

    private final float[] probabilities;
    /** Indices not in use, the next to be given last. */
    private final int[] unused;

    private int unusedCount;
    private int runs;
    /** One for being open, one for a thread in {@link #run}. */
    private final AtomicInteger references = new AtomicInteger(1);

    private volatile boolean closed;

    /**
     * An empty batch.
     *
     * @param capacity 1 to 65,536
     * @throws IllegalArgumentException if the capacity is out of range
     */
    protected IndependentVadBatch(int capacity, int windowSamples) {
        this.windowSamples = windowSamples;
        this.windows = new short[checkCapacity(capacity) * windowSamples];
        this.used = new boolean[capacity];
        this.submitted = new boolean[capacity];
        this.runOf = new int[capacity];
        this.probabilities = new float[capacity];
        this.unused = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            unused[i] = capacity - 1 - i;
        }
        this.unusedCount = capacity;
    }

    private static int checkCapacity(int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException("capacity=" + capacity + ": must be 1 to " + MAX_CAPACITY);
        }
        return capacity;
    }

    /** Makes a caller's state as new. */
    protected abstract void clear(int caller);

    /**
     * Advances a caller's state by a window.
     *
     * @param samples holds the window from {@code offset} on
     * @return the probability of speech, 0 to 1
     */
    protected abstract float advance(int caller, short[] samples, int offset);

    /** Frees what the states hold outside the heap; called once, by whichever thread is the last to leave. */
    protected void free() {}

    @Override
    public final int capacity() {
        return used.length;
    }

    @Override
    public final int acquire() {
        checkOpen();
        if (unusedCount == 0) {
            return -1;
        }
        int caller = unused[--unusedCount];
        used[caller] = true;
        renew(caller);
        return caller;
    }

    @Override
    public final void release(int caller) {
        checkInUse(caller);
        used[caller] = false;
        submitted[caller] = false;
        unused[unusedCount++] = caller;
    }

    /** {@inheritDoc} A window that was submitted and not yet run is dropped. */
    @Override
    public final void reset(int caller) {
        checkInUse(caller);
        renew(caller);
    }

    private void renew(int caller) {
        submitted[caller] = false;
        runOf[caller] = NEVER;
        enter();
        try {
            clear(caller);
        } finally {
            exit();
        }
    }

    @Override
    public final void submit(int caller, short[] samples, int offset) {
        checkInUse(caller);
        if (offset < 0 || samples.length - offset < windowSamples) {
            throw new IllegalArgumentException("samples.length=" + samples.length + ", offset=" + offset
                    + ": a window has " + windowSamples + " samples");
        }
        if (submitted[caller]) {
            throw new IllegalStateException("caller=" + caller + ": already has a window in this run");
        }
        System.arraycopy(samples, offset, windows, caller * windowSamples, windowSamples);
        submitted[caller] = true;
    }

    @Override
    public final int run() {
        enter();
        try {
            if (++runs == NEVER) {
                runs++;
                Arrays.fill(runOf, NEVER);
            }
            int count = 0;
            for (int caller = 0; caller < used.length; caller++) {
                if (submitted[caller]) {
                    submitted[caller] = false;
                    probabilities[caller] = advance(caller, windows, caller * windowSamples);
                    runOf[caller] = runs;
                    count++;
                }
            }
            return count;
        } finally {
            exit();
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the index is not in use
     * @throws IllegalStateException if the caller had no window in the last run
     */
    @Override
    public final float probability(int caller) {
        checkInUse(caller);
        if (runOf[caller] != runs || runs == NEVER) {
            throw new IllegalStateException("caller=" + caller + ": had no window in the last run");
        }
        return probabilities[caller];
    }

    /**
     * Does nothing if the caller is in use and the batch open.
     *
     * @throws IllegalArgumentException if the index is not in use
     * @throws IllegalStateException if the batch is closed
     */
    protected final void checkInUse(int caller) {
        checkOpen();
        if (caller < 0 || caller >= used.length || !used[caller]) {
            throw new IllegalArgumentException("caller=" + caller + ": not in use");
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("VAD batch is closed");
        }
    }

    private void enter() {
        for (int count = references.get(); !closed && count > 0; count = references.get()) {
            if (references.compareAndSet(count, count + 1)) {
                return;
            }
        }
        throw new IllegalStateException("VAD batch is closed");
    }

    private void exit() {
        if (references.decrementAndGet() == 0) {
            free();
        }
    }

    @Override
    public final void close() {
        synchronized (references) {
            if (closed) {
                return;
            }
            closed = true;
        }
        exit();
    }
}
