package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;

/**
 * What is done to the replies' audio before it is put out.
 *
 * @param loudness brings speech to this loudness, in LUFS (EBU R 128, one channel), -40 to -10, slowly and by -30 to +15 dB;
 *     {@link #OFF}: leaves it as loud as the voice is
 * @param ceiling the true peak stays below this, in dBTP (ITU-R BS.1770), -20 to 0; audio below it is not touched. {@link
 *     #OFF}: nothing is limited
 * @param dcRemoval whether a constant offset is removed, by a high-pass at 10 Hz
 * @param fade how long the output takes to fall silent and to come back where audio would break off: at an interruption, a pause,
 *     between clauses and where a voice is late; 0 to 20 ms. 0: it breaks off. An interruption and a pause take 0.8 ms of it at
 *     most: silence is to come at once
 */
public record OutputProcessing(float loudness, float ceiling, boolean dcRemoval, Duration fade) {
    /** For {@link #loudness} and {@link #ceiling}: none. */
    public static final float OFF = Float.NaN;

    /** As loud as the voice is, -1 dBTP, without DC, 5 ms. */
    public static final OutputProcessing DEFAULT = new OutputProcessing(OFF, -1, true, Duration.ofMillis(5));

    /** Each sample is put out as the voice made it, or as it was resampled. */
    public static final OutputProcessing NONE = new OutputProcessing(OFF, OFF, false, Duration.ZERO);

    /** @throws IllegalArgumentException if a value is out of range */
    public OutputProcessing {
        if (loudness < -40 || loudness > -10) {
            throw new IllegalArgumentException("output.loudness=" + loudness + ": must be -40 to -10 LUFS, or off");
        }
        if (ceiling < -20 || ceiling > 0) {
            throw new IllegalArgumentException("output.ceiling=" + ceiling + ": must be -20 to 0 dBTP, or off");
        }
        OptionValues.inRange("output.fade", fade, Duration.ZERO, Duration.ofMillis(20));
    }

    /** Whether speech is brought to {@link #loudness}. */
    public boolean hasLoudness() {
        return !Float.isNaN(loudness);
    }

    /** Whether there is a {@link #ceiling}. */
    public boolean hasCeiling() {
        return !Float.isNaN(ceiling);
    }

    /** The same at another loudness. */
    public OutputProcessing withLoudness(float lufs) {
        return new OutputProcessing(lufs, ceiling, dcRemoval, fade);
    }

    /** The same with another ceiling. */
    public OutputProcessing withCeiling(float dbtp) {
        return new OutputProcessing(loudness, dbtp, dcRemoval, fade);
    }

    /** The same, but for whether a constant offset is removed. */
    public OutputProcessing withDcRemoval(boolean value) {
        return new OutputProcessing(loudness, ceiling, value, fade);
    }

    /** The same with fades of another length. */
    public OutputProcessing withFade(Duration value) {
        return new OutputProcessing(loudness, ceiling, dcRemoval, value);
    }
}
