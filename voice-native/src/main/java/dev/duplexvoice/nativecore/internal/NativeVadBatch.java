package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.vad.VadBatch;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.ShortPointer;

/**
 * The states of many callers in one block of direct memory, advanced by one native call per {@link #run}.
 *
 * <pre>
 *   windows        [capacity][windowSamples]   submitted windows, packed: slot 0, 1, 2, ...
 *   rows           [capacity]                  the caller whose window is in the slot
 *   probabilities  [capacity]                  the result of the slot
 *   states         [capacity][stateFloats]     by caller
 * </pre>
 *
 * <p>All memory and all pointers are made by the constructor; after it nothing is allocated.
 */
final class NativeVadBatch implements VadBatch {
    private static final int UNUSED = -2;
    private static final int IDLE = -1;
    private static final int NEVER = 0;

    private final VoiceLibrary.Vad vad;
    private final NativeHandle handle;
    private final int capacity;
    private final int windowSamples;
    private final int stateFloats;

    private final ShortBuffer windows;
    private final FloatBuffer states;
    private final IntBuffer rows;
    private final FloatBuffer probabilities;
    private final ShortPointer windowsPointer;
    private final FloatPointer statesPointer;
    private final IntPointer rowsPointer;
    private final FloatPointer probabilitiesPointer;

    private final float[] zeroState;
    /** Indices not in use, the next to be given last. */
    private final int[] free;

    private int freeCount;
    /** By caller: the slot of its submitted window, {@link #IDLE} or {@link #UNUSED}. */
    private final int[] slotOf;

    private int submitted;
    /** By caller: the number of the run that computed its probability, {@link #NEVER} if none. */
    private final int[] runOf;

    private final float[] probabilityOf;
    private int runs;

    NativeVadBatch(NativeVoiceActivityDetector detector, int capacity) {
        this.vad = detector.vad();
        this.capacity = capacity;
        this.windowSamples = detector.windowSamples();
        this.stateFloats = detector.stateFloats();

        windows = DirectMemory.allocate(capacity * windowSamples * Short.BYTES).asShortBuffer();
        states = DirectMemory.allocate(capacity * stateFloats * Float.BYTES).asFloatBuffer();
        rows = DirectMemory.allocate(capacity * Integer.BYTES).asIntBuffer();
        probabilities = DirectMemory.allocate(capacity * Float.BYTES).asFloatBuffer();
        windowsPointer = new ShortPointer(windows);
        statesPointer = new FloatPointer(states);
        rowsPointer = new IntPointer(rows);
        probabilitiesPointer = new FloatPointer(probabilities);

        zeroState = new float[stateFloats];
        free = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i;
        }
        freeCount = capacity;
        slotOf = new int[capacity];
        Arrays.fill(slotOf, UNUSED);
        runOf = new int[capacity];
        probabilityOf = new float[capacity];
        handle = new NativeHandle("VAD batch", detector::batchClosed);
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public int acquire() {
        handle.checkOpen();
        if (freeCount == 0) {
            return -1;
        }
        int caller = free[--freeCount];
        slotOf[caller] = IDLE;
        clear(caller);
        return caller;
    }

    @Override
    public void release(int caller) {
        checkInUse(caller);
        withdraw(caller);
        slotOf[caller] = UNUSED;
        free[freeCount++] = caller;
    }

    /** {@inheritDoc} A window that was submitted and not yet run is dropped. */
    @Override
    public void reset(int caller) {
        checkInUse(caller);
        withdraw(caller);
        clear(caller);
    }

    private void clear(int caller) {
        states.put(caller * stateFloats, zeroState);
        runOf[caller] = NEVER;
    }

    /** Takes a submitted window back; the last slot moves into its place. */
    private void withdraw(int caller) {
        int slot = slotOf[caller];
        if (slot == IDLE) {
            return;
        }
        int last = --submitted;
        if (slot != last) {
            windows.put(slot * windowSamples, windows, last * windowSamples, windowSamples);
            int moved = rows.get(last);
            rows.put(slot, moved);
            slotOf[moved] = slot;
        }
        slotOf[caller] = IDLE;
    }

    @Override
    public void submit(int caller, short[] samples, int offset) {
        checkInUse(caller);
        if (offset < 0 || samples.length - offset < windowSamples) {
            throw new IllegalArgumentException("samples.length=" + samples.length + ", offset=" + offset
                    + ": a window has " + windowSamples + " samples");
        }
        if (slotOf[caller] != IDLE) {
            throw new IllegalStateException("caller=" + caller + ": already has a window in this run");
        }
        int slot = submitted++;
        windows.put(slot * windowSamples, samples, offset, windowSamples);
        rows.put(slot, caller);
        slotOf[caller] = slot;
    }

    @Override
    public int run() {
        handle.enter();
        try {
            int count = submitted;
            if (++runs == NEVER) {
                runs++;
            }
            if (count == 0) {
                return 0;
            }
            int status = VoiceLibrary.voice_vad_process(
                    vad, count, windowsPointer, statesPointer, rowsPointer, probabilitiesPointer);
            submitted = 0;
            for (int slot = 0; slot < count; slot++) {
                int caller = rows.get(slot);
                slotOf[caller] = IDLE;
                probabilityOf[caller] = probabilities.get(slot);
                runOf[caller] = status < 0 ? NEVER : runs;
            }
            Status.check(status);
            return count;
        } finally {
            handle.exit();
        }
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
