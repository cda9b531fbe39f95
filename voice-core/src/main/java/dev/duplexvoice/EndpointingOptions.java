package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;

/**
 * When the caller's turn is over.
 *
 * @param minDelay silence that ends the turn, counted from the end of the speech, 0 to 60 s
 * @param maxDelay how long a turn without a transcript waits for one, counted likewise; at least {@code minDelay}
 */
public record EndpointingOptions(Duration minDelay, Duration maxDelay) {

    /** 500 ms and 3 s. */
    public static final EndpointingOptions DEFAULT =
            new EndpointingOptions(Duration.ofMillis(500), Duration.ofSeconds(3));

    /** @throws IllegalArgumentException if a value is out of range */
    public EndpointingOptions {
        OptionValues.inRange("endpointing.minDelay", minDelay, Duration.ZERO, Duration.ofMinutes(1));
        OptionValues.inRange("endpointing.maxDelay", maxDelay, minDelay, Duration.ofMinutes(1));
    }
}
