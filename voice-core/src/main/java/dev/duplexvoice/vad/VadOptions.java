package dev.duplexvoice.vad;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * How probabilities become speech segments. The defaults of {@link #OFFLINE} are those of Silero's
 * {@code get_speech_timestamps}; those of {@link #CONVERSATION} suit live turns.
 *
 * @param threshold a window at or above it is speech, 0.01 to 0.99
 * @param hysteresis a segment ends only below {@code threshold - hysteresis}, but never needs less than 0.01; 0 to 0.9
 * @param minSpeech shorter segments are dropped, 0 to 10 s
 * @param minSilence a pause must last this long to end a segment, 0 to 10 s
 * @param padding added to both ends of a finished segment, as far as neighbours and the recording allow, 0 to 2 s
 * @param maxSpeech a padded segment is no longer than this: it is cut at its longest pause of more than 98 ms, or, without
 *     one, where it reaches the limit; 100 ms to 24 h, or {@link #NO_MAXIMUM}
 */
public record VadOptions(
        float threshold,
        float hysteresis,
        Duration minSpeech,
        Duration minSilence,
        Duration padding,
        Duration maxSpeech) {

    /** As {@code maxSpeech}: segments are never cut. */
    public static final Duration NO_MAXIMUM = ChronoUnit.FOREVER.getDuration();

    /** For recordings: 0.5, 0.15, 250 ms, 100 ms, 30 ms. */
    public static final VadOptions OFFLINE =
            new VadOptions(0.5f, 0.15f, Duration.ofMillis(250), Duration.ofMillis(100), Duration.ofMillis(30));

    /** For conversations: 0.5, 0.15, 100 ms, 300 ms, no padding. */
    public static final VadOptions CONVERSATION =
            new VadOptions(0.5f, 0.15f, Duration.ofMillis(100), Duration.ofMillis(300), Duration.ZERO);

    /** @throws IllegalArgumentException if a value is out of range */
    public VadOptions {
        check("threshold", threshold, 0.01f, 0.99f);
        check("hysteresis", hysteresis, 0f, 0.9f);
        OptionValues.inRange("vad.minSpeech", minSpeech, Duration.ZERO, Duration.ofSeconds(10));
        OptionValues.inRange("vad.minSilence", minSilence, Duration.ZERO, Duration.ofSeconds(10));
        OptionValues.inRange("vad.padding", padding, Duration.ZERO, Duration.ofSeconds(2));
        if (!maxSpeech.equals(NO_MAXIMUM)) {
            OptionValues.inRange("vad.maxSpeech", maxSpeech, Duration.ofMillis(100), Duration.ofHours(24));
        }
    }

    /** Options that never cut a segment. */
    public VadOptions(float threshold, float hysteresis, Duration minSpeech, Duration minSilence, Duration padding) {
        this(threshold, hysteresis, minSpeech, minSilence, padding, NO_MAXIMUM);
    }

    /** These options with another longest segment. */
    public VadOptions withMaxSpeech(Duration value) {
        return new VadOptions(threshold, hysteresis, minSpeech, minSilence, padding, value);
    }

    /** Below this a window is silence: {@code max(threshold - hysteresis, 0.01)}. */
    public float negativeThreshold() {
        return Math.max(threshold - hysteresis, 0.01f);
    }

    private static void check(String name, float value, float min, float max) {
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException("vad." + name + "=" + value + ": must be " + min + " to " + max);
        }
    }
}
