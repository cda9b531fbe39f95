package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.vad.VadBatch;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * The books of a batch: which callers are in use, whose window lies in which slot. {@link VadStates} have the windows and the
 * states, and advance them by one native call for as many windows as they have room for: when the room is full, and in {@link
 * #run}.
 *
 * <pre>
 *   windows        [room][windowSamples]   submitted windows, packed: slot 0, 1, 2, ...
 *   rows           [room]                  the caller whose window is in the slot
 *   probabilities  [room]                  the result of the slot
 * </pre>
 *
 * <p>All memory and all pointers are made by the constructor; after it nothing is allocated. The exception is a GPU that fails:
 * the batch then goes on on the CPU, every caller from a new state, with the windows that it has.
 */
final class NativeVadBatch implements VadBatch {
    private static final int ADVANCED = -3;
    private static final int UNUSED = -2;
    private static final int IDLE = -1;
    private static final int NEVER = 0;

    private final NativeVoiceActivityDetector detector;
    private final NativeHandle handle;
    private final int capacity;
    private final int windowSamples;

    private final IntBuffer rows;
    private final FloatBuffer probabilities;
    private final IntPointer rowsPointer;
    private final FloatPointer probabilitiesPointer;
    /** Touched only by a thread that has entered {@link #handle}, because closing it frees memory of theirs. */
    private VadStates states;

    /** Indices not in use, the next to be given last. */
    private final int[] unused;

    private int unusedCount;
    /** By caller: the slot of its submitted window, {@link #ADVANCED}, {@link #IDLE} or {@link #UNUSED}. */
    private final int[] slotOf;

    private int submitted;
    /** Windows of the coming run that were computed already, the callers of these, and the worst that happened. */
    private int advanced;

    private final int[] advancedCallers;
    private int advancedStatus = Status.OK;
    /** By caller: the number of the run that computed its probability, {@link #NEVER} if none. */
    private final int[] runOf;

    private final float[] probabilityOf;
    private int runs;

    NativeVadBatch(NativeVoiceActivityDetector detector, int capacity) {
        this.detector = detector;
        this.capacity = capacity;
        this.windowSamples = detector.windowSamples();

        unused = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            unused[i] = capacity - 1 - i;
        }
        unusedCount = capacity;
        slotOf = new int[capacity];
        Arrays.fill(slotOf, UNUSED);
        advancedCallers = new int[capacity];
        runOf = new int[capacity];
        probabilityOf = new float[capacity];
        // Last, because nothing behind it fails and leaves them open.
        states = detector.newStates(capacity);
        rows = DirectMemory.allocate(states.room() * Integer.BYTES).asIntBuffer();
        probabilities = DirectMemory.allocate(states.room() * Float.BYTES).asFloatBuffer();
        rowsPointer = new IntPointer(rows);
        probabilitiesPointer = new FloatPointer(probabilities);
        handle = new NativeHandle("VAD batch", this::free);
    }

    private void free() {
        states.close();
        detector.batchClosed();
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int acquire() {
        handle.enter();
        try {
            if (unusedCount == 0) {
                return -1;
            }
            int caller = unused[--unusedCount];
            slotOf[caller] = IDLE;
            clear(caller);
            return caller;
        } finally {
            handle.exit();
        }
    }

    @Override
    public void release(int caller) {
        handle.enter();
        try {
            checkInUse(caller);
            withdraw(caller);
            slotOf[caller] = UNUSED;
            unused[unusedCount++] = caller;
        } finally {
            handle.exit();
        }
    }

    /** {@inheritDoc} A window that was submitted and not yet run is dropped. */
    @Override
    public void reset(int caller) {
        handle.enter();
        try {
            checkInUse(caller);
            withdraw(caller);
            clear(caller);
        } finally {
            handle.exit();
        }
    }

    private void clear(int caller) {
        if (states.clear(caller) < 0) {
            goOnOnTheCpu();
            Status.check(states.clear(caller));
        }
        runOf[caller] = NEVER;
    }

    /** Takes a submitted window back; the last slot moves into its place. */
    private void withdraw(int caller) {
        int slot = slotOf[caller];
        if (slot == IDLE) {
            return;
        }
        if (slot == ADVANCED) {
            forget(caller);
            return;
        }
        int last = --submitted;
        if (slot != last) {
            ShortBuffer windows = states.windows();
            windows.put(slot * windowSamples, windows, last * windowSamples, windowSamples);
            int moved = rows.get(last);
            rows.put(slot, moved);
            slotOf[moved] = slot;
        }
        slotOf[caller] = IDLE;
    }

    /** What was computed of it is not part of the coming run. */
    private void forget(int caller) {
        int at = 0;
        while (advancedCallers[at] != caller) {
            at++;
        }
        advancedCallers[at] = advancedCallers[--advanced];
        slotOf[caller] = IDLE;
        runOf[caller] = NEVER;
    }

    @Override
    public void submit(int caller, short[] samples, int offset) {
        handle.enter();
        try {
            checkInUse(caller);
            if (offset < 0 || samples.length - offset < windowSamples) {
                throw new IllegalArgumentException("samples.length=" + samples.length + ", offset=" + offset
                        + ": a window has " + windowSamples + " samples");
            }
            if (slotOf[caller] != IDLE) {
                throw new IllegalStateException("caller=" + caller + ": already has a window in this run");
            }
            stage(caller, samples, offset);
        } finally {
            handle.exit();
        }
    }

    private void stage(int caller, short[] samples, int offset) {
        if (submitted == states.room()) {
            advance();
        }
        int slot = submitted++;
        states.windows().put(slot * windowSamples, samples, offset, windowSamples);
        rows.put(slot, caller);
        slotOf[caller] = slot;
    }

    @Override
    public int run() {
        handle.enter();
        try {
            advance();
            int count = advanced;
            int status = advancedStatus;
            runs = nextRun();
            for (int i = 0; i < count; i++) {
                slotOf[advancedCallers[i]] = IDLE;
            }
            advanced = 0;
            advancedStatus = Status.OK;
            Status.check(status);
            return count;
        } finally {
            handle.exit();
        }
    }

    private int nextRun() {
        return runs + 1 == NEVER ? runs + 2 : runs + 1;
    }

    /** Computes the windows that are there. */
    private void advance() {
        if (submitted == 0) {
            return;
        }
        int status = states.advance(submitted, rows, rowsPointer, probabilitiesPointer);
        if (status != Status.OK && states instanceof GpuVadStates) {
            goOnOnTheCpu();
            status = states.advance(submitted, rows, rowsPointer, probabilitiesPointer);
        }
        int run = status < 0 ? NEVER : nextRun();
        for (int slot = 0; slot < submitted; slot++) {
            int caller = rows.get(slot);
            slotOf[caller] = ADVANCED;
            advancedCallers[advanced++] = caller;
            probabilityOf[caller] = probabilities.get(slot);
            runOf[caller] = run;
        }
        submitted = 0;
        if (status < 0) {
            advancedStatus = status;
        }
    }

    /** What the GPU knew of the callers is lost with it; their windows of this run are not. */
    private void goOnOnTheCpu() {
        String reason = Status.lastError();
        int count = submitted;
        short[] windows = new short[count * windowSamples];
        int[] callers = new int[count];
        states.windows().get(0, windows);
        rows.get(0, callers);
        VadStates gpu = states;
        states = new CpuVadStates(detector.vad(), capacity);
        gpu.close();
        submitted = 0;
        for (int i = 0; i < count; i++) {
            stage(callers[i], windows, i * windowSamples);
        }
        detector.gpuFailed(reason);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the index is not in use
     * @throws IllegalStateException if the caller had no window in the last run
     */
    @Override
    public float probability(int caller) {
        checkInUse(caller);
        if (runOf[caller] != runs || runs == NEVER) {
            throw new IllegalStateException("caller=" + caller + ": had no window in the last run");
        }
        return probabilityOf[caller];
    }

    private void checkInUse(int caller) {
        handle.checkOpen();
        if (caller < 0 || caller >= capacity || slotOf[caller] == UNUSED) {
            throw new IllegalArgumentException("caller=" + caller + ": not in use");
        }
    }

    @Override
    public void close() {
        handle.close();
    }
}
