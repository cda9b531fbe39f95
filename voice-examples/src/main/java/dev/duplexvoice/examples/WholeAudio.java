package dev.duplexvoice.examples;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.Resampler;
import java.util.Arrays;

/** Converts recordings that are in memory as a whole. */
public final class WholeAudio {
    private static final int STEP = 4_096;

    private WholeAudio() {}

    /** The samples at another rate; the same array if the rates are equal. */
    public static short[] resample(VoiceEngine engine, short[] samples, int from, int to) {
        try (Resampler resampler = engine.openResampler(from, to)) {
            if (resampler == null) {
                return samples;
            }
            int most = resampler.maxOutput(STEP);
            short[] out = new short[(int) ((long) samples.length * to / from) + 2 * most];
            int length = 0;
            for (int at = 0; at < samples.length; at += STEP) {
                if (out.length - length < most) {
                    out = Arrays.copyOf(out, out.length * 2);
                }
                length += resampler.process(samples, at, Math.min(STEP, samples.length - at), out, length);
            }
            out = Arrays.copyOf(out, length + resampler.maxOutput(0));
            length += resampler.flush(out, length);
            return Arrays.copyOf(out, length);
        }
    }
}
