package dev.duplexvoice.tts;

import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link Vocoder} is opened. All but the device is for one that is shared by many streams, {@link VocoderDevice#CUDA}.
 *
 * @param device where it is to compute; on the CPU where that cannot be
 * @param streams streams on the device at once, 1 to 65,536; its memory is taken when it is opened, and who comes when all are open computes
 *     on the CPU
 * @param window how long a stream's frames may wait for those of others, 0 to 100 ms. Nobody waits for it who would be late, nor who alone
 *     is heard nothing of yet
 * @param firstSamples within which a stream should have its first samples, 1 ms to 1 s: what batches are cut to, and later is counted as
 *     late
 * @param longestWait after which frames of a stream of which nothing is heard yet go before all others, 10 ms to 10 s, so that none waits
 *     for ever
 */
public record VocoderOptions(
        VocoderDevice device, int streams, Duration window, Duration firstSamples, Duration longestWait) {
    /** The most streams. */
    public static final int MAX_STREAMS = 65_536;

    /** On the CPU. */
    public static final VocoderOptions CPU = of(VocoderDevice.CPU);

    /** @throws IllegalArgumentException if something is out of range */
    public VocoderOptions {
        Objects.requireNonNull(device, "device");
        if (streams < 1 || streams > MAX_STREAMS) {
            throw new IllegalArgumentException("streams=" + streams + ": must be 1 to " + MAX_STREAMS);
        }
        require("window", window, Duration.ZERO, Duration.ofMillis(100));
        require("firstSamples", firstSamples, Duration.ofMillis(1), Duration.ofSeconds(1));
        require("longestWait", longestWait, Duration.ofMillis(10), Duration.ofSeconds(10));
    }

    private static void require(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    name + "=" + value + ": must be " + least.toMillis() + " to " + most.toMillis() + " ms");
        }
    }

    /** With the defaults: 256 streams, a window of 1 ms, first samples within 10 ms, nobody unheard behind others for more than 2 s. */
    public static VocoderOptions of(VocoderDevice device) {
        return new VocoderOptions(device, 256, Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofSeconds(2));
    }

    /** With as many streams at once. */
    public VocoderOptions withStreams(int count) {
        return new VocoderOptions(device, count, window, firstSamples, longestWait);
    }

    /** With another window. */
    public VocoderOptions withWindow(Duration value) {
        return new VocoderOptions(device, streams, value, firstSamples, longestWait);
    }
}
