package dev.duplexvoice.nativecore;

/**
 * Options of the detector {@code webrtc}.
 *
 * @param aggressiveness how readily audio is held to be noise: 0, the least, to 3; higher misses more speech
 * @param frameMillis length of a window: 10, 20 or 30 ms
 */
public record WebRtcOptions(int aggressiveness, int frameMillis) {

    /** Aggressiveness 2, windows of 30 ms. */
    public static final WebRtcOptions DEFAULT = new WebRtcOptions(2, 30);

    /** @throws IllegalArgumentException if a value is out of range */
    public WebRtcOptions {
        if (aggressiveness < 0 || aggressiveness > 3) {
            throw new IllegalArgumentException("webrtc.aggressiveness=" + aggressiveness + ": must be 0 to 3");
        }
        if (frameMillis != 10 && frameMillis != 20 && frameMillis != 30) {
            throw new IllegalArgumentException("webrtc.frameMillis=" + frameMillis + ": must be 10, 20 or 30");
        }
    }
}
