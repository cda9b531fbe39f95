package dev.duplexvoice.http;

import java.util.Locale;

/** What a server is asked to send; both are mono with signed 16-bit little-endian samples. */
public enum ResponseFormat {
    /** Samples and nothing else; their rate must be known from elsewhere. */
    PCM,
    /** With a header that names the rate. */
    WAV;

    /** As the request names it. */
    String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such format */
    static ResponseFormat of(String name) {
        for (ResponseFormat format : values()) {
            if (format.field().equals(name)) {
                return format;
            }
        }
        throw new IllegalArgumentException("format=" + name + ": must be pcm or wav");
    }
}
