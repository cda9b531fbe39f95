package dev.duplexvoice.internal;

import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.internal.output.OutputChain;
import org.jspecify.annotations.Nullable;

/**
 * A reply's samples on their way to the synthesis ring: joins → resampler → output chain → frames. One thread at a time, but for
 * {@link #roomAvailable}.
 *
 * <p>The last samples of the output are held back, as many as a fade has, so that there is something to fade when the text
 * pauses or ends.
 */
final class FrameWriter {
    static final long DATA = 0;
    static final long END = 1;

    /** A step from or to silence, or from clause to clause, that is not heard as a click: -54 dBFS. */
    static final int QUIET = 64;

    private static final int FULL = 0;
    private static final int DRY = 1;
    private static final int NOTHING = 2;

    /** What is left to do until all is in the ring, in this order. */
    private enum Drain {
        NONE,
        RESAMPLER,
        CHAIN,
        FADE,
        FRAMES
    }

    private final FrameRing ring;
    private final @Nullable Resampler resampler;
    private final OutputChain chain;
    private final int frameSamples;
    private final int inputRate;
    private final int outputRate;
    private final int fadeSamples;
    private final int inputFade;
    /** A frame and what is held back. */
    private final short[] frame;

    private int frameFill;
    /** What was written last, at the output's rate. */
    private final short[] converted;

    private int convertedAt;
    private int convertedEnd;
    private Drain drain = Drain.NONE;
    private int epoch;
    private long produced;
    /** Where the resampler's stream began, and what it was given since. */
    private long streamStart;

    private long streamInput;
    /** Whether something was written since the last drain. */
    private boolean holds;
    /** What the run waits for. */
    private volatile int waitsFor = NOTHING;

    // The join of two clauses, at the voice's rate.
    private boolean joins;
    private int lastSample;
    private int step;
    private int stepLeft;

    /**
     * @param longest the most samples that {@link #write} is given
     * @param fadeSamples at the output's rate
     */
    FrameWriter(
            FrameRing ring,
            @Nullable Resampler resampler,
            OutputChain chain,
            int inputRate,
            int outputRate,
            int fadeSamples,
            int longest) {
        this.ring = ring;
        this.resampler = resampler;
        this.chain = chain;
        this.frameSamples = ring.slotBytes() / Short.BYTES;
        this.inputRate = inputRate;
        this.outputRate = outputRate;
        this.fadeSamples = fadeSamples;
        this.inputFade = (int) ((long) fadeSamples * inputRate / outputRate);
        this.frame = new short[frameSamples + fadeSamples];
        int most = resampler == null ? longest : resampler.maxOutput(longest);
        this.converted = new short[Math.max(most, chain.delay())];
    }

    /** A reply begins; what is left of another goes. */
    void begin(int ofEpoch) {
        epoch = ofEpoch;
        frameFill = 0;
        convertedAt = 0;
        convertedEnd = 0;
        drain = Drain.NONE;
        produced = 0;
        streamStart = 0;
        streamInput = 0;
        holds = false;
        waitsFor = NOTHING;
        lastSample = 0;
        stepLeft = 0;
        chain.begin();
        if (resampler != null) {
            resampler.reset();
        }
    }

    /** A clause begins: where its first sample does not follow from the last one before it, they are joined. */
    void beginClause() {
        joins = true;
    }

    /** Takes samples of the voice; {@link #pack} before the next. They are changed where clauses are joined. */
    void write(short[] samples, int offset, int length) {
        if (fadeSamples > 0) {
            join(samples, offset, length);
        }
        convertedAt = 0;
        if (resampler == null) {
            System.arraycopy(samples, offset, converted, 0, length);
            convertedEnd = length;
        } else {
            convertedEnd = resampler.process(samples, offset, length, converted, 0);
        }
        produced += convertedEnd;
        streamInput += length;
        convertedEnd = chain.process(converted, convertedEnd);
        holds = true;
    }

    /** The step between two clauses is spread over the first samples of the second. */
    private void join(short[] samples, int offset, int length) {
        if (joins) {
            joins = false;
            step = samples[offset] - lastSample;
            stepLeft = Math.abs(step) > QUIET ? inputFade : 0;
        }
        int steps = Math.min(stepLeft, length);
        for (int i = 0; i < steps; i++) {
            int joined = samples[offset + i] - step * stepLeft / inputFade;
            samples[offset + i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, joined));
            stepLeft--;
        }
        lastSample = samples[offset + length - 1];
    }

    /** Moves what was written into frames and the ring; false if the ring is full. */
    boolean pack() {
        while (convertedAt < convertedEnd) {
            if (frameFill == frame.length && !offerFrame(frameSamples)) {
                return false;
            }
            int samples = Math.min(frame.length - frameFill, convertedEnd - convertedAt);
            System.arraycopy(converted, convertedAt, frame, frameFill, samples);
            convertedAt += samples;
            frameFill += samples;
        }
        return frameFill < frame.length || offerFrame(frameSamples);
    }

    private boolean offerFrame(int samples) {
        if (!offer(samples, DATA)) {
            return false;
        }
        frameFill -= samples;
        System.arraycopy(frame, samples, frame, 0, frameFill);
        return true;
    }

    /** Puts all that is held back into the ring, faded out; false if the ring is full, then again. Silence or the end follows. */
    boolean drain() {
        if (drain == Drain.NONE) {
            drain = Drain.RESAMPLER;
        }
        while (pack()) {
            convertedAt = 0;
            convertedEnd = 0;
            switch (drain) {
                case RESAMPLER -> {
                    if (resampler != null) {
                        convertedEnd = resampler.flush(converted, 0);
                        produced += convertedEnd;
                        convertedEnd = chain.process(converted, convertedEnd);
                    }
                    streamStart = produced;
                    streamInput = 0;
                    drain = Drain.CHAIN;
                }
                case CHAIN -> {
                    convertedEnd = chain.drain(converted);
                    drain = Drain.FADE;
                }
                case FADE -> {
                    fadeOut();
                    drain = Drain.FRAMES;
                }
                case FRAMES, NONE -> {
                    if (frameFill == 0) {
                        drain = Drain.NONE;
                        holds = false;
                        return true;
                    }
                    if (!offerFrame(Math.min(frameSamples, frameFill))) {
                        return false;
                    }
                }
            }
        }
        return false;
    }

    private void fadeOut() {
        lastSample = 0;
        stepLeft = 0;
        int samples = Math.min(fadeSamples, frameFill);
        if (samples == 0 || Math.abs(frame[frameFill - 1]) <= QUIET) {
            return;
        }
        for (int left = 0; left < samples; left++) {
            int at = frameFill - 1 - left;
            frame[at] = (short) (frame[at] * left / samples);
        }
    }

    boolean isDraining() {
        return drain != Drain.NONE;
    }

    /** Whether something is held back. */
    boolean holds() {
        return holds;
    }

    /** Where in the reply, at the output's rate, the next sample that is written will be heard. */
    long position() {
        return streamStart + toOutput(streamInput);
    }

    /** So many samples of the voice, in samples of the output. */
    long toOutput(long samples) {
        return samples * outputRate / inputRate;
    }

    /** Samples of the reply so far at the output's rate, those that are held back included. */
    long produced() {
        return produced;
    }

    /** Marks the end of the reply; false if the ring is full. */
    boolean end() {
        return offer(0, END);
    }

    private boolean offer(int samples, long kind) {
        if (ring.offer(frame, 0, samples, epoch, kind)) {
            return true;
        }
        return waitFor(FULL) && ring.offer(frame, 0, samples, epoch, kind);
    }

    /** Whether what is in the ring will be over in a moment; if not, {@link #roomAvailable} will tell. */
    boolean isRingLow() {
        return isRingLow(DRY) || waitFor(DRY);
    }

    private boolean waitFor(int what) {
        waitsFor = what;
        // The consumer may have taken frames before it could see this.
        if (!isRingLow(what)) {
            return false;
        }
        waitsFor = NOTHING;
        return true;
    }

    private boolean isRingLow(int what) {
        return ring.size() <= (what == FULL ? ring.capacity() / 2 : 1);
    }

    /** Called by the consumer after it took frames; whether a run waits for that. */
    boolean roomAvailable() {
        int what = waitsFor;
        if (what == NOTHING || !isRingLow(what)) {
            return false;
        }
        waitsFor = NOTHING;
        return true;
    }

    void close() {
        if (resampler != null) {
            resampler.close();
        }
    }
}
