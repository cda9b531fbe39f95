package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.vad.SpeechSegment;
import dev.duplexvoice.vad.SpeechStream;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a detector hears in a recording.
 *
 * @param device where the detector computed, at the end
 * @param probabilities of the windows; the last one is filled up with silence
 * @param sampleRate at which the detector ran, and at which segments count
 */
record DetectorRun(
        String detector,
        VadDevice device,
        int sampleRate,
        int windowSamples,
        List<Float> probabilities,
        List<SpeechSegment> segments) {

    /** Opens the detector for the recording's rate, runs it, and closes it. */
    static DetectorRun of(VoiceEngine engine, DetectorChoice choice, WavFile wav) {
        try (VoiceActivityDetector detector = open(engine, choice, wav.sampleRate())) {
            short[] samples = AudioInput.resample(engine, wav.samples(), wav.sampleRate(), detector.sampleRate());
            List<Float> probabilities = new ArrayList<>();
            List<SpeechSegment> segments = new ArrayList<>();
            try (SpeechStream stream = new SpeechStream(detector, detector.segmenting(), new SpeechStream.Listener() {
                @Override
                public void segment(SpeechSegment segment) {
                    segments.add(segment);
                }

                @Override
                public void probability(float probability) {
                    probabilities.add(probability);
                }
            })) {
                stream.accept(samples, 0, samples.length);
                stream.finish();
            }
            return new DetectorRun(
                    detector.name(),
                    detector.device(),
                    detector.sampleRate(),
                    detector.windowSamples(),
                    probabilities,
                    segments);
        }
    }

    /** At the recording's own rate if the model has weights for it, at 16 kHz otherwise. */
    private static VoiceActivityDetector open(VoiceEngine engine, DetectorChoice choice, int sampleRate) {
        if (sampleRate == 8_000) {
            try {
                return choice.open(engine, 8_000);
            } catch (VoiceException e) {
                if (e.code() != VoiceException.Code.UNSUPPORTED) {
                    throw e;
                }
            }
        }
        return choice.open(engine, 16_000);
    }

    /** The device as the option names it. */
    String deviceName() {
        return device.name().toLowerCase(Locale.ROOT);
    }

    /** The probabilities as an array. */
    float[] values() {
        float[] values = new float[probabilities.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = probabilities.get(i);
        }
        return values;
    }
}
