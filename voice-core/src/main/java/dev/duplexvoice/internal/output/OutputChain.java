package dev.duplexvoice.internal.output;

import dev.duplexvoice.OutputProcessing;
import org.jspecify.annotations.Nullable;

/**
 * What is done to a reply's samples at the output's rate: DC removal → loudness → true-peak limiter. Allocates nothing once made. One
 * thread at a time.
 *
 * <p>The limiter's look-ahead does not move anything: the samples before the first are not given, and {@link #drain} gives the
 * last ones, so sample n out is sample n in.
 */
public final class OutputChain {
    private final @Nullable DcFilter dc;
    private final @Nullable LoudnessGain loudness;
    private final @Nullable TruePeakLimiter limiter;
    private final boolean none;
    private final int delay;
    /** Samples to come out that nobody put in. */
    private int ahead;

    /** @param sampleRate of the output, in Hz */
    public OutputChain(int sampleRate, OutputProcessing options) {
        dc = options.dcRemoval() ? new DcFilter(sampleRate) : null;
        loudness = options.hasLoudness() ? new LoudnessGain(sampleRate, options.loudness()) : null;
        limiter = options.hasCeiling() ? new TruePeakLimiter(sampleRate, options.ceiling()) : null;
        none = dc == null && loudness == null && limiter == null;
        delay = limiter == null ? 0 : limiter.delay();
        ahead = delay;
    }

    /** A reply begins. What was learned of the voice's loudness stays. */
    public void begin() {
        if (dc != null) {
            dc.reset();
        }
        if (loudness != null) {
            loudness.begin();
        }
        if (limiter != null) {
            limiter.reset();
        }
        ahead = delay;
    }

    /** The most samples that it holds back. */
    public int delay() {
        return delay;
    }

    /**
     * Works on samples in place.
     *
     * @return how many there are now, from the first place on: fewer at the beginning, as many otherwise
     */
    public int process(short[] samples, int length) {
        if (none) {
            return length;
        }
        int out = 0;
        for (int i = 0; i < length; i++) {
            float sample = samples[i];
            if (dc != null) {
                sample = dc.next(sample);
            }
            if (loudness != null) {
                sample = loudness.next(sample);
            }
            if (limiter != null) {
                sample = limiter.next(sample);
                if (ahead > 0) {
                    ahead--;
                    continue;
                }
            }
            samples[out++] = rounded(sample);
        }
        return out;
    }

    /**
     * Gives what it holds back, at most {@link #delay} samples. More may follow, after any pause.
     *
     * @return how many
     */
    public int drain(short[] samples) {
        if (limiter == null) {
            return 0;
        }
        int out = 0;
        for (int i = 0; i < delay; i++) {
            float sample = limiter.next(0);
            if (ahead > 0) {
                ahead--;
            } else {
                samples[out++] = rounded(sample);
            }
        }
        ahead = delay;
        return out;
    }

    private static short rounded(float sample) {
        return (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(sample)));
    }
}
