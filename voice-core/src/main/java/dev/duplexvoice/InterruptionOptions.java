package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;

/**
 * When the caller's speech pauses a reply and when it cuts it off.
 *
 * @param enabled whether the caller can interrupt at all
 * @param pauseAfter speech this long pauses the output; 0: as soon as speech starts; 0 to 10 s
 * @param confirmAfter speech this long cuts the reply off, 0 to 60 s; not used when {@code minWords} is set
 * @param minWords words of the caller since the reply began that cut it off; 0: duration decides; needs a recognizer
 * @param falseAlarmTimeout a pause that is not confirmed within this time ends and the reply goes on, 0 to 60 s
 * @param warmup for this long from the start of the first reply, speech neither pauses nor interrupts, 0 to 60 s
 */
public record InterruptionOptions(
        boolean enabled,
        Duration pauseAfter,
        Duration confirmAfter,
        int minWords,
        Duration falseAlarmTimeout,
        Duration warmup) {

    /** Enabled, 0 ms, 500 ms, 0 words, 2 s, no warm-up. */
    public static final InterruptionOptions DEFAULT = new InterruptionOptions(
            true, Duration.ZERO, Duration.ofMillis(500), 0, Duration.ofSeconds(2), Duration.ZERO);

    /** @throws IllegalArgumentException if a value is out of range */
    public InterruptionOptions {
        Duration minute = Duration.ofMinutes(1);
        OptionValues.inRange("interruption.pauseAfter", pauseAfter, Duration.ZERO, Duration.ofSeconds(10));
        OptionValues.inRange("interruption.confirmAfter", confirmAfter, Duration.ZERO, minute);
        OptionValues.inRange("interruption.falseAlarmTimeout", falseAlarmTimeout, Duration.ZERO, minute);
        OptionValues.inRange("interruption.warmup", warmup, Duration.ZERO, minute);
        if (minWords < 0 || minWords > 100) {
            throw new IllegalArgumentException("interruption.minWords=" + minWords + ": must be 0 to 100");
        }
    }
}
