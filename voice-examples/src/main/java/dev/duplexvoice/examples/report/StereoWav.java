package dev.duplexvoice.examples.report;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Two mono signals as one 16 kHz, 16-bit stereo WAV: caller left, reply right. */
final class StereoWav {
    static final int RATE = 16_000;

    private static final int HEADER_BYTES = 44;
    private static final int FRAME_BYTES = 4;
    private static final int LOBES = 12; // zero crossings of the sinc on each side

    private StereoWav() {}

    static byte[] encode(short[] left, int leftRate, short[] right, int rightRate) {
        short[] a = resample(left, leftRate);
        short[] b = resample(right, rightRate);
        int frames = Math.max(a.length, b.length);
        ByteBuffer wav =
                ByteBuffer.allocate(HEADER_BYTES + frames * FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        wav.put(ascii("RIFF")).putInt(HEADER_BYTES - 8 + frames * FRAME_BYTES).put(ascii("WAVE"));
        wav.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 2);
        wav.putInt(RATE)
                .putInt(RATE * FRAME_BYTES)
                .putShort((short) FRAME_BYTES)
                .putShort((short) 16);
        wav.put(ascii("data")).putInt(frames * FRAME_BYTES);
        for (int i = 0; i < frames; i++) {
            wav.putShort(i < a.length ? a[i] : 0).putShort(i < b.length ? b[i] : 0);
        }
        return wav.array();
    }

    /** Band-limited conversion to {@link #RATE}: a Hann-windowed sinc, one set of taps per phase. */
    static short[] resample(short[] pcm, int rate) {
        if (rate == RATE) {
            return pcm;
        }
        int common = BigInteger.valueOf(rate).gcd(BigInteger.valueOf(RATE)).intValue();
        int phases = RATE / common;
        double cutoff = Math.min(1.0, (double) RATE / rate); // as a share of the input's Nyquist frequency
        int half = (int) Math.ceil(LOBES / cutoff);
        float[][] taps = new float[phases][];
        short[] out = new short[(int) ((long) pcm.length * RATE / rate)];
        for (int i = 0; i < out.length; i++) {
            long position = (long) i * (rate / common);
            int phase = (int) (position % phases);
            int centre = (int) (position / phases);
            if (taps[phase] == null) {
                taps[phase] = taps((double) phase / phases, half, cutoff);
            }
            float sum = 0;
            for (int k = Math.max(0, centre - half + 1); k <= Math.min(pcm.length - 1, centre + half); k++) {
                sum += pcm[k] * taps[phase][k - centre + half - 1];
            }
            out[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(sum)));
        }
        return out;
    }

    private static float[] taps(double fraction, int half, double cutoff) {
        float[] taps = new float[2 * half];
        double gain = 0;
        for (int k = 0; k < taps.length; k++) {
            double x = k - half + 1 - fraction;
            double sinc = x == 0 ? 1 : Math.sin(Math.PI * cutoff * x) / (Math.PI * cutoff * x);
            taps[k] = (float) (sinc * (0.5 + 0.5 * Math.cos(Math.PI * Math.max(-1, Math.min(1, x / half)))));
            gain += taps[k];
        }
        for (int k = 0; k < taps.length; k++) {
            taps[k] /= (float) gain;
        }
        return taps;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
