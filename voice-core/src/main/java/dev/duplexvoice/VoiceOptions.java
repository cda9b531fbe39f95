package dev.duplexvoice;

import org.jspecify.annotations.Nullable;

/**
 * The voice that a session speaks with.
 *
 * @param name of {@link VoiceEngine#voices()}, or another that a provider opens; null for the engine's default
 * @param rate speaking rate, 0.5 to 2; 1 is the voice's own
 * @param pitch pitch, 0.5 to 2; 1 is the voice's own. Not every voice can speak at another
 */
public record VoiceOptions(@Nullable String name, float rate, float pitch) {
    /** The engine's default voice, as it is. */
    public static final VoiceOptions DEFAULT = new VoiceOptions(null, 1, 1);

    private static final float LOWEST = 0.5f;
    private static final float HIGHEST = 2;

    /** @throws IllegalArgumentException if the name is blank or a number out of range */
    public VoiceOptions {
        if (name != null && name.isBlank()) {
            throw new IllegalArgumentException(
                    "voice.name=" + name + ": must not be blank; null is the engine's default");
        }
        requireInRange("voice.rate", rate);
        requireInRange("voice.pitch", pitch);
    }

    private static void requireInRange(String key, float value) {
        if (!(value >= LOWEST && value <= HIGHEST)) {
            throw new IllegalArgumentException(key + "=" + value + ": must be " + LOWEST + " to " + HIGHEST);
        }
    }

    /** This with another voice; null for the engine's default. */
    public VoiceOptions withName(@Nullable String value) {
        return new VoiceOptions(value, rate, pitch);
    }

    /** This at another speaking rate. */
    public VoiceOptions withRate(float value) {
        return new VoiceOptions(name, value, pitch);
    }

    /** This at another pitch. */
    public VoiceOptions withPitch(float value) {
        return new VoiceOptions(name, rate, value);
    }
}
