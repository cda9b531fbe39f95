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
        SpeechSegmenter segmenter = new SpeechSegmenter(options, sampleRate, windowSamples);
        List<SpeechSegment> found = new ArrayList<>();
        for (float probability : probabilities) {
            if (segmenter.window(probability) == SpeechSegmenter.Signal.ENDED) {
                found.add(new SpeechSegment(segmenter.start(), segmenter.end()));
            }
        }
        if (segmenter.finish(totalSamples) == SpeechSegmenter.Signal.ENDED) {
            found.add(new SpeechSegment(segmenter.start(), segmenter.end()));
        }
        return pad(found, options.padding().toNanos() * sampleRate / 1_000_000_000L, totalSamples);
    }

    /** Widens each segment by {@code padding}; neighbours closer than twice that share the gap between them. */
    static List<SpeechSegment> pad(List<SpeechSegment> segments, long padding, long totalSamples) {
        List<SpeechSegment> padded = new ArrayList<>(segments.size());
        long before = padding;
        for (int i = 0; i < segments.size(); i++) {
            SpeechSegment segment = segments.get(i);
            long start = Math.max(0, segment.start() - before);
            long after = padding;
            before = padding;
            if (i + 1 < segments.size()) {
                long gap = segments.get(i + 1).start() - segment.end();
                if (gap < 2 * padding) {
                    after = gap / 2;
                    before = gap / 2;
                }
            }
            padded.add(new SpeechSegment(start, Math.min(totalSamples, segment.end() + after)));
        }
        return padded;
    }
}
