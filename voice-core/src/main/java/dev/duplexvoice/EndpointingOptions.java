package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;
import java.util.Objects;

/**
 * When the caller's turn is over.
 *
 * @param mode what the delay is
 * @param minDelay silence that ends the turn, counted from the end of the speech, 0 to 60 s
 * @param maxDelay how long a turn is kept open, counted likewise: by a transcript that does not come, by a
 *     {@link dev.duplexvoice.turn.TurnDetector} that holds it, or by the caller's own long pauses; at least {@code minDelay}
 */
public record EndpointingOptions(Mode mode, Duration minDelay, Duration maxDelay) {

    /** What silence ends a turn. */
    public enum Mode {
        /** {@code minDelay}. */
        FIXED,
        /**
         * The exponential average of the caller's own pauses, from {@code minDelay} to {@code maxDelay}. It begins with {@code
         * minDelay}; each pause after which the caller went on, within a turn or before anything of the reply was heard, counts
         * 0.3 and all before it 0.7.
         */
        DYNAMIC
    }

    /** Fixed, 500 ms and 3 s. */
    public static final EndpointingOptions DEFAULT =
            new EndpointingOptions(Mode.FIXED, Duration.ofMillis(500), Duration.ofSeconds(3));

    /** @throws IllegalArgumentException if a value is out of range or {@code maxDelay} is shorter than {@code minDelay} */
    public EndpointingOptions {
        Objects.requireNonNull(mode, "mode");
        delay("endpointing.minDelay", minDelay);
        delay("endpointing.maxDelay", maxDelay);
        if (maxDelay.compareTo(minDelay) < 0) {
            throw new IllegalArgumentException(
                    "endpointing.maxDelay=" + OptionValues.text(maxDelay) + ": is shorter than endpointing.minDelay="
                            + OptionValues.text(minDelay) + "; make it at least as long, or leave it out");
        }
    }

    /** A fixed delay. */
    public EndpointingOptions(Duration minDelay, Duration maxDelay) {
        this(Mode.FIXED, minDelay, maxDelay);
    }

    /** Checks a delay by itself. */
    static Duration delay(String key, Duration value) {
        return OptionValues.inRange(key, value, Duration.ZERO, Duration.ofMinutes(1));
    }
}
