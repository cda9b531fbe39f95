package dev.duplexvoice.tts;

/**
 * What to say and how.
 *
 * @param text the text, one clause or sentence
 * @param rate speaking rate, 0.5 to 2; 1 is the voice's own
 * @param pitch pitch, 0.5 to 2; 1 is the voice's own
 */
public record SynthesisRequest(String text, float rate, float pitch) {

    /** @throws IllegalArgumentException if rate or pitch is out of range */
    public SynthesisRequest {
        if (!(rate >= 0.5f && rate <= 2f)) {
            throw new IllegalArgumentException("rate=" + rate + ": must be 0.5 to 2");
        }
        if (!(pitch >= 0.5f && pitch <= 2f)) {
            throw new IllegalArgumentException("pitch=" + pitch + ": must be 0.5 to 2");
        }
    }

    /** Says the text at the voice's own rate and pitch. */
    public static SynthesisRequest of(String text) {
        return new SynthesisRequest(text, 1f, 1f);
    }
}
