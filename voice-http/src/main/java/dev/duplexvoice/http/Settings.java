package dev.duplexvoice.http;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a voice was built with.
 *
 * @param statedRate samples per second of its audio; 0 if a WAV's header is to tell
 * @param extra further fields of a request, all texts
 * @param maxBuffered samples that may wait for their reader
 */
record Settings(
        String name,
        Endpoint endpoint,
        @Nullable ApiKey key,
        String model,
        String voice,
        ResponseFormat format,
        int statedRate,
        Map<String, String> extra,
        Duration firstByteTimeout,
        Duration stallTimeout,
        int maxTextLength,
        int retries,
        Duration retryDelay,
        Duration maxBuffered) {
    static final int LOWEST_RATE = 8_000;
    static final int HIGHEST_RATE = 48_000;

    /** What begins each message about this voice; never with a key or a text. */
    String who() {
        return "voice " + name + ": the server " + endpoint.host();
    }
}
