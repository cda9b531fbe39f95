package dev.duplexvoice.onnx.internal;

import java.nio.FloatBuffer;

/** From what networks make to what sessions play. */
final class Pcm {
    /** ±1 becomes full scale. A network's loudness is left as it is: a peak to scale by is not known before the end. */
    private static final float SCALE = 32_767f;

    private Pcm() {}

    /** Takes samples out of a buffer; what is beyond full scale is held at it, and what is no number is silence. */
    static int take(FloatBuffer from, short[] to, int offset, int length) {
        int count = Math.min(length, from.remaining());
        for (int i = 0; i < count; i++) {
            float sample = from.get() * SCALE;
            to[offset + i] = (short) Math.round(Math.max(-SCALE, Math.min(SCALE, sample)));
        }
        return count;
    }
}
