package dev.duplexvoice.server.internal.socket;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The frames that were sent last, for as long as the client may not have played them. Used under its conversation's lock. */
final class SentAudio {
    private final @Nullable AudioFrame[] frames;
    private final int frameSamples;
    private int first;
    private int count;
    private @Nullable AudioFrame spare;

    /**
     * @param frames how many at most; the oldest goes
     * @param frameSamples of the longest
     */
    SentAudio(int frames, int frameSamples) {
        this.frames = new @Nullable AudioFrame[frames];
        this.frameSamples = frameSamples;
    }

    /** A frame to be filled; give it back with {@link #add}. */
    AudioFrame next() {
        AudioFrame given = spare;
        spare = null;
        if (given != null && !given.isBeingSent()) {
            return given;
        }
        AudioFrame old = frames[(first + count) % frames.length];
        if (old != null && !old.isBeingSent()) {
            frames[(first + count) % frames.length] = null;
            if (count == frames.length) {
                first = (first + 1) % frames.length;
                count--;
            }
            return old;
        }
        return new AudioFrame(frameSamples);
    }

    void add(AudioFrame frame) {
        if (count == frames.length) {
            first = (first + 1) % frames.length;
            count--;
        }
        frames[(first + count++) % frames.length] = frame;
    }

    /** A frame from {@link #next} that is not sent after all. */
    void giveBack(AudioFrame frame) {
        spare = frame;
    }

    /** All before this place was played. */
    void played(long position) {
        while (count > 0 && oldest().end() <= position) {
            first = (first + 1) % frames.length;
            count--;
        }
    }

    private AudioFrame oldest() {
        AudioFrame frame = frames[first];
        if (frame == null) {
            throw new IllegalStateException("no frame where one was put");
        }
        return frame;
    }

    /** None of it will be played any more. */
    void clear() {
        first = (first + count) % frames.length;
        count = 0;
    }

    /** Samples that were not played. */
    long unplayed(long position) {
        long[] sum = {0};
        each(frame -> sum[0] += Math.min(frame.samples(), Math.max(0, frame.end() - position)));
        return sum[0];
    }

    /** Oldest first. */
    void each(Consumer<AudioFrame> action) {
        for (int i = 0; i < count; i++) {
            AudioFrame frame = frames[(first + i) % frames.length];
            if (frame != null) {
                action.accept(frame);
            }
        }
    }
}
