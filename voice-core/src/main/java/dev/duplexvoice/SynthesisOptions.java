package dev.duplexvoice;

import dev.duplexvoice.internal.OptionValues;
import java.time.Duration;

/**
 * How far synthesis runs ahead of what is heard.
 *
 * @param ahead clauses after the one being spoken that the voice is given already, 0 to 8; cancelled together with the reply
 * @param buffer audio that may be made ahead, beyond the 160 ms that are always there; 0 to 30 s. Bridges a voice that is late
 *     with a clause. It takes memory while a reply is spoken, 44 KB a second for a voice of 22,050 Hz, and an interruption
 *     throws it away
 * @param timeout a voice that gives no audio for so long fails the reply, to the next frame; up to 10 min. 0: waits for ever
 */
public record SynthesisOptions(int ahead, Duration buffer, Duration timeout) {
    /** 1 clause, 1 s, 10 s. */
    public static final SynthesisOptions DEFAULT =
            new SynthesisOptions(1, Duration.ofSeconds(1), Duration.ofSeconds(10));

    /** @throws IllegalArgumentException if a value is out of range */
    public SynthesisOptions {
        if (ahead < 0 || ahead > 8) {
            throw new IllegalArgumentException("synthesis.ahead=" + ahead + ": must be 0 to 8");
        }
        OptionValues.inRange("synthesis.buffer", buffer, Duration.ZERO, Duration.ofSeconds(30));
        OptionValues.inRange("synthesis.timeout", timeout, Duration.ZERO, Duration.ofMinutes(10));
    }
}
