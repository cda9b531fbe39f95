package dev.duplexvoice.nativecore.internal;

import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Has vocoders speak, and compares what they said. */
final class VocoderRun {
    private VocoderRun() {}

    static FloatBuffer direct(float... values) {
        return ByteBuffer.allocateDirect(values.length * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer()
                .put(0, values);
    }

    /**
     * All samples of an utterance.
     *
     * @param frames {@code [channels][stride]}
     */
    static float[] speak(Vocoder vocoder, VocoderStream stream, FloatBuffer frames, int count, int stride, int chunk) {
        int hop = vocoder.samplesPerFrame();
        FloatBuffer samples = direct(new float[Math.max(chunk * hop, vocoder.lookAheadSamples())]);
        float[] all = new float[count * hop];
        int made = 0;
        for (int at = 0; at < count; at += chunk) {
            int some = Math.min(chunk, count - at);
            int given = stream.push(frames.slice(at, frames.capacity() - at), some, stride, samples);
            samples.get(0, all, made, given);
            made += given;
        }
        int given = stream.flush(samples);
        samples.get(0, all, made, given);
        if (made + given != all.length) {
            throw new AssertionError(made + given + " samples in the place of " + all.length);
        }
        stream.reset();
        return all;
    }

    /** How far what was meant is above what differs from it. */
    static double decibels(float[] expected, float[] given) {
        double signal = 0;
        double noise = 0;
        for (int i = 0; i < expected.length; i++) {
            double off = expected[i] - given[i];
            signal += (double) expected[i] * expected[i];
            noise += off * off;
        }
        return noise == 0 ? 1_000 : 10 * Math.log10(signal / noise);
    }
}
