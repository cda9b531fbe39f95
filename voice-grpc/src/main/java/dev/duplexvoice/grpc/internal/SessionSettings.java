package dev.duplexvoice.grpc.internal;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session asked for.
 *
 * @param rate speaking rate, 0.5 to 2
 * @param pitch pitch, 0.5 to 2
 * @param sampleRate of its frames
 * @param clauses whether its text is cut into clauses; else each Synthesize is spoken as it is, once it is complete
 */
record SessionSettings(float rate, float pitch, int sampleRate, boolean clauses) {
    static final String RATE = "rate";
    static final String PITCH = "pitch";
    static final String SAMPLE_RATE = "sample_rate";
    static final String SEGMENTATION = "segmentation";
    static final String CLAUSES = "clauses";
    static final String NONE = "none";

    private static final List<String> SAMPLE_RATES = List.of("8000", "16000", "24000", "48000");

    /**
     * Reads the options of a StartSession; unknown keys are ignored, because peers of other versions send them.
     *
     * @throws IllegalArgumentException if a value cannot be used
     */
    static SessionSettings of(Map<String, String> options) {
        String sampleRate = options.getOrDefault(SAMPLE_RATE, "48000");
        if (!SAMPLE_RATES.contains(sampleRate)) {
            throw new IllegalArgumentException(
                    "sample_rate=" + Refusal.shown(sampleRate) + ": must be one of " + SAMPLE_RATES);
        }
        String segmentation = options.getOrDefault(SEGMENTATION, CLAUSES);
        if (!segmentation.equals(CLAUSES) && !segmentation.equals(NONE)) {
            throw new IllegalArgumentException(
                    "segmentation=" + Refusal.shown(segmentation) + ": must be " + CLAUSES + " or " + NONE);
        }
        return new SessionSettings(
                factor(RATE, options.get(RATE)),
                factor(PITCH, options.get(PITCH)),
                Integer.parseInt(sampleRate),
                segmentation.equals(CLAUSES));
    }

    private static float factor(String key, @Nullable String value) {
        if (value == null) {
            return 1;
        }
        try {
            float factor = Float.parseFloat(value);
            if (factor >= 0.5f && factor <= 2f) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(key + "=" + Refusal.shown(value) + ": must be a number from 0.5 to 2");
    }
}
