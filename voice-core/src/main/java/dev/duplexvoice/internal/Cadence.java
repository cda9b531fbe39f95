package dev.duplexvoice.internal;

import dev.duplexvoice.audio.AudioFormat;

/**
 * When a session ticks, and the place in its output that belongs to each tick: every 20 ms, unless a tick is made to come sooner
 * or the loop was away. Owned by the audio loop.
 */
final class Cadence {
    private static final long FRAME_NANOS = AudioFormat.FRAME_MILLIS * 1_000_000L;
    /** A loop that was away for longer than this goes on from now instead of catching up. */
    private static final long LONGEST_CATCH_UP = 10 * FRAME_NANOS;

    private final AudioFormat output;
    private long next;
    private long position;
    /** Where what was put out last ends. */
    private long end;

    Cadence(AudioFormat output) {
        this.output = output;
    }

    /** @param firstTick not before the opening, which is place 0 */
    void start(long firstTick, long openedAt) {
        next = firstTick;
        position = output.samples(firstTick - openedAt);
    }

    /** When the next tick is due. */
    long next() {
        return next;
    }

    /** The place in the output of what the next tick puts out. */
    long position() {
        return position;
    }

    /** Leaves ticks out if the loop was away for too long. */
    void catchUp(long now) {
        if (now - next > LONGEST_CATCH_UP) {
            long missed = (now - next) / FRAME_NANOS;
            next += missed * FRAME_NANOS;
            position += missed * output.frameSamples();
        }
    }

    /** The tick puts a frame out. */
    void filled() {
        end = position + output.frameSamples();
    }

    /** The tick is over. */
    void ticked() {
        next += FRAME_NANOS;
        position += output.frameSamples();
    }

    /** Whether the last tick put nothing out, so that a frame may come sooner than 20 ms after it. */
    boolean isSilent() {
        return end < position;
    }

    /** The next tick comes so much sooner, at most 20 ms, and so do all behind it; only if it {@link #isSilent}. */
    void sooner(long nanos) {
        next -= nanos;
        position -= output.samples(nanos);
    }
}
