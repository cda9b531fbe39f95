package dev.duplexvoice.vad;

import java.util.ArrayList;
import java.util.List;

/** Segments of a whole recording, padded as Silero's {@code get_speech_timestamps} does it. */
public final class SpeechSegments {
    private SpeechSegments() {}

    /**
     * The padded segments of a recording.
     *
     * @param probabilities one for each window, in order
     * @param windowSamples samples in a window
     * @param totalSamples length of the recording, which the last window may exceed
     */
    public static List<SpeechSegment> of(
            float[] probabilities, VadOptions options, int sampleRate, int windowSamples, long totalSamples) {
        List<SpeechSegment> found = new ArrayList<>();
        PaddedSegmenter segmenter = new PaddedSegmenter(options, sampleRate, windowSamples, found::add);
        for (float probability : probabilities) {
            segmenter.window(probability);
        }
        segmenter.finish(totalSamples);
        return found;
    }
}
