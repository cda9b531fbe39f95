package dev.duplexvoice.onnx.internal;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** The audio of a phrase while it is being made. One thread at a time. */
interface Utterance extends AutoCloseable {

    /** Samples are under way. */
    FloatBuffer LATER = FloatBuffer.allocate(0);

    /** How long it will be, in samples. */
    long samples();

    /** For each of the phrase's ids the sample after its last, or null if that is not known. */
    long @Nullable [] idEnds();

    /**
     * Computes the next samples, or returns null if there are none.
     *
     * @return at least one sample, full scale ±1, valid until the next call
     * @throws dev.duplexvoice.VoiceException with SYNTHESIS if the network fails or is stopped
     */
    @Nullable
    FloatBuffer next();

    /**
     * The same, except that it need not wait for a device that others share: then it gives {@link #LATER}, and is worth another call when
     * {@code later} is run.
     */
    default @Nullable FloatBuffer next(Runnable later) {
        return next();
    }

    /** Tells, before the next samples are asked for, for how long the listener still has audio, in nanoseconds. */
    default void neededIn(long nanos) {}

    @Override
    void close();
}
