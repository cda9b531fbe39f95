package dev.duplexvoice.nativecore.internal;

import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;

/**
 * The states of a batch's callers, and what advances them. Used by one thread at a time, never after {@link #close}. Statuses
 * are the native core's, and the thread's last error says more; nothing but {@link #close} frees anything.
 */
interface VadStates {

    /** How many windows {@link #windows()} has room for; more are advanced in several goes. */
    int room();

    /** Where the windows of the next {@link #advance} are put, one behind the other; it may be another buffer after each. */
    ShortBuffer windows();

    /**
     * Advances the callers of {@code rows} by the windows that lie in {@link #windows()}. After a failure the windows are still there.
     *
     * @param rows the caller of each window, none twice
     * @param rowsPointer the same memory
     * @param probabilities of each window, written
     */
    int advance(int count, IntBuffer rows, IntPointer rowsPointer, FloatPointer probabilities);

    /** Makes a caller's state as new. */
    int clear(int caller);

    /** Frees the states; called once. */
    void close();
}
