package dev.duplexvoice.server.browser;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.Arrays;

/** Where our own detector hears speech. */
final class SpeechIn {
    private SpeechIn() {}

    /** Seconds of audio whose windows are more likely speech than not. */
    static double seconds(VoiceEngine engine, int rate, short[] samples) {
        VoiceActivityDetector detector = engine.detector();
        short[] heard = resampled(engine, rate, detector.sampleRate(), samples);
        int window = detector.windowSamples();
        int speech = 0;
        try (VadBatch batch = detector.newBatch(1)) {
            int caller = batch.acquire();
            for (int at = 0; at + window <= heard.length; at += window) {
                batch.submit(caller, heard, at);
                batch.run();
                if (batch.probability(caller) >= 0.5) {
                    speech++;
                }
            }
        }
        return (double) speech * window / detector.sampleRate();
    }

    private static short[] resampled(VoiceEngine engine, int from, int to, short[] samples) {
        try (Resampler resampler = engine.openResampler(from, to)) {
            if (resampler == null) {
                throw new AssertionError("there is no resampler from " + from + " to " + to);
            }
            short[] out = new short[resampler.maxOutput(samples.length) + resampler.maxOutput(0)];
            int length = resampler.process(samples, 0, samples.length, out, 0);
            length += resampler.flush(out, length);
            return Arrays.copyOf(out, length);
        }
    }
}
