package dev.duplexvoice.vad;

import java.util.function.Consumer;

/** A segmenter and the padding of its segments. */
final class PaddedSegmenter {
    private final SpeechSegmenter segmenter;
    private final SegmentPadding padding;

    PaddedSegmenter(VadOptions options, int sampleRate, int windowSamples, Consumer<SpeechSegment> sink) {
        segmenter = new SpeechSegmenter(options, sampleRate, windowSamples);
        padding = new SegmentPadding(Samples.in(options.padding(), sampleRate), sink);
    }

    void window(float probability) {
        SpeechSegmenter.Signal signal = segmenter.window(probability);
        while (signal != SpeechSegmenter.Signal.NONE) {
            if (signal == SpeechSegmenter.Signal.ENDED) {
                padding.segment(segmenter.start(), segmenter.end());
            }
            signal = segmenter.next();
        }
        padding.silentUntil(segmenter.inSpeech() ? segmenter.openStart() : segmenter.position());
    }

    void finish(long totalSamples) {
        if (segmenter.finish(totalSamples) == SpeechSegmenter.Signal.ENDED) {
            padding.segment(segmenter.start(), segmenter.end());
        }
        padding.finish(totalSamples);
    }
}
