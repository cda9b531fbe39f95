package dev.duplexvoice.server.internal.socket;

import dev.duplexvoice.audio.AudioFormat;

/**
 * One direction's audio.
 *
 * @param sampleRate samples a second
 * @param frameMillis 10, 20, 40 or 60
 */
record StreamFormat(int sampleRate, int frameMillis) {
    static final StreamFormat CANONICAL = new StreamFormat(48_000, AudioFormat.FRAME_MILLIS);
    static final StreamFormat INPUT = new StreamFormat(16_000, AudioFormat.FRAME_MILLIS);

    StreamFormat {
        if (frameMillis != 10 && frameMillis != 20 && frameMillis != 40 && frameMillis != 60) {
            throw new IllegalArgumentException("frame_ms=" + frameMillis + ": use 10, 20, 40 or 60");
        }
        if (sampleRate != 8_000 && sampleRate != 16_000 && sampleRate != 24_000 && sampleRate != 48_000) {
            throw new IllegalArgumentException("sample_rate=" + sampleRate + ": use 8000, 16000, 24000 or 48000");
        }
    }

    int frameSamples() {
        return sampleRate * frameMillis / 1_000;
    }
}
