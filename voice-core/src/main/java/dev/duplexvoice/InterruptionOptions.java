package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import dev.duplexvoice.internal.Words;
import java.time.Duration;
import java.util.List;

/**
 * When the caller's speech pauses a reply and when it cuts it off.
 *
 * @param enabled whether the caller can interrupt at all
 * @param pauseAfter speech this long pauses the output; 0: as soon as speech starts; 0 to 10 s
 * @param confirmAfter speech this long cuts the reply off, 0 to 60 s; not used when {@code minWords} is set
 * @param minWords words of the caller since the reply began that cut it off; 0: duration decides; needs a recognizer
 * @param falseAlarmTimeout a pause that is not confirmed within this time ends and the reply goes on, 0 to 60 s
 * @param warmup for this long from the start of the first reply, detected speech neither pauses nor interrupts; a finished turn
 *     with a transcript does; 0 to 60 s
 * @param backchannels words and phrases such as "mm-hmm" with which a caller only shows to be listening: said into a reply, and
 *     nothing else, they do not interrupt it, are not counted as words and are not answered; needs a recognizer. Case
 *     and punctuation do not matter
 */
public record InterruptionOptions(
        boolean enabled,
        Duration pauseAfter,
        Duration confirmAfter,
        int minWords,
        Duration falseAlarmTimeout,
        Duration warmup,
        List<String> backchannels) {

    /** Enabled, 0 ms, 500 ms, 0 words, 2 s, no warm-up, no backchannels. */
    public static final InterruptionOptions DEFAULT = new InterruptionOptions(
            true, Duration.ZERO, Duration.ofMillis(500), 0, Duration.ofSeconds(2), Duration.ZERO, List.of());

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
        backchannels = List.copyOf(backchannels);
        for (String phrase : backchannels) {
            if (Words.of(phrase).isEmpty()) {
                throw new IllegalArgumentException(
                        "interruption.backchannels='" + phrase + "': holds no word; list words such as yeah, mm-hmm");
            }
        }
    }

    /** The same, but for whether the caller can interrupt. */
    public InterruptionOptions withEnabled(boolean value) {
        return new InterruptionOptions(
                value, pauseAfter, confirmAfter, minWords, falseAlarmTimeout, warmup, backchannels);
    }

    /** The same with another time until the pause. */
    public InterruptionOptions withPauseAfter(Duration value) {
        return new InterruptionOptions(enabled, value, confirmAfter, minWords, falseAlarmTimeout, warmup, backchannels);
    }

    /** The same with another time until the reply is cut off. */
    public InterruptionOptions withConfirmAfter(Duration value) {
        return new InterruptionOptions(enabled, pauseAfter, value, minWords, falseAlarmTimeout, warmup, backchannels);
    }

    /** The same with another number of words. */
    public InterruptionOptions withMinWords(int value) {
        return new InterruptionOptions(
                enabled, pauseAfter, confirmAfter, value, falseAlarmTimeout, warmup, backchannels);
    }

    /** The same with another time until a pause counts as a false alarm. */
    public InterruptionOptions withFalseAlarmTimeout(Duration value) {
        return new InterruptionOptions(enabled, pauseAfter, confirmAfter, minWords, value, warmup, backchannels);
    }

    /** The same with another warm-up. */
    public InterruptionOptions withWarmup(Duration value) {
        return new InterruptionOptions(
                enabled, pauseAfter, confirmAfter, minWords, falseAlarmTimeout, value, backchannels);
    }

    /** The same with other backchannels. */
    public InterruptionOptions withBackchannels(List<String> value) {
        return new InterruptionOptions(enabled, pauseAfter, confirmAfter, minWords, falseAlarmTimeout, warmup, value);
    }
}
