package dev.duplexvoice.internal.vocoder;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.VocoderBackend;
import org.jspecify.annotations.Nullable;

/**
 * Frames of a stream that wait, are computed, or were. One object for each stream, used again and again; the scheduler's lock guards it
 * while it is not its stream's.
 */
final class VocoderJob implements VocoderBackend.Job {
    /** Whose it is, and what of it can be read. */
    enum State {
        /** The stream's. */
        FREE,
        /** The scheduler's, in its queue. */
        WAITING,
        /** The scheduler's and the device's. */
        UNDER_WAY,
        /** The stream's, with a result. */
        OVER
    }

    final VocoderBackend.Stream stream;
    /** Run when it is over; from the scheduler's thread, or whoever closes the stream. */
    Runnable whenOver = () -> {};

    volatile State state = State.FREE;

    // What is asked for.
    int frames;
    boolean last;
    /** Frames that the device computes for it: those, and at an utterance's end those that are looked ahead. */
    int work;
    /** When the samples should be there: their listener has nothing from then on. */
    long deadline;
    /** Whether the listener has nothing now. */
    boolean first;

    // Of the queue.
    long arrived;
    long number;

    @Nullable
    VocoderJob older;

    @Nullable
    VocoderJob newer;
    /** Its place in the heap that it is in. */
    int place = -1;

    // What came of it.
    int samples;

    @Nullable
    VoiceException failure;

    long overAt;
    private boolean told;

    /** The stream is closed; with a batch under way the device's part is closed after that. */
    boolean closed;

    VocoderJob(VocoderBackend.Stream stream) {
        this.stream = stream;
    }

    /** The device is given it. */
    void begin() {
        told = false;
        samples = 0;
        failure = null;
    }

    /** The batch is over. What the device did not tell of has failed with it. */
    void end(@Nullable VoiceException why) {
        if (!told) {
            failure = why != null
                    ? why
                    : new VoiceException(
                            VoiceException.Code.SYNTHESIS, "the vocoder's device told nothing of a stream's frames");
        }
    }

    @Override
    public VocoderBackend.Stream stream() {
        return stream;
    }

    @Override
    public int frameCount() {
        return frames;
    }

    @Override
    public boolean isLast() {
        return last;
    }

    @Override
    public void made(int count) {
        told = true;
        samples = count;
    }

    @Override
    public void failed(VoiceException why) {
        told = true;
        failure = why;
    }
}
