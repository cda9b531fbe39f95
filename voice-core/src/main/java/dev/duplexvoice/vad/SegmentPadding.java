package dev.duplexvoice.vad;

import java.util.function.Consumer;

/**
 * Widens segments by a padding, in a stream, as Silero's {@code get_speech_timestamps} does it: neighbours closer than twice the
 * padding share the gap between them. So a segment is passed on once its successor is known or far enough away.
 */
final class SegmentPadding {
    private static final long NONE = -1;

    private final long padding;
    private final Consumer<SpeechSegment> sink;
    private long start = NONE;
    private long end;
    private long before;

    SegmentPadding(long padding, Consumer<SpeechSegment> sink) {
        this.padding = padding;
        this.sink = sink;
        this.before = padding;
    }

    /** Takes the next segment. */
    void segment(long segmentStart, long segmentEnd) {
        if (start != NONE) {
            passOn(segmentStart - end, Long.MAX_VALUE);
        }
        start = segmentStart;
        end = segmentEnd;
    }

    /** Says that no later segment starts before {@code sample}. */
    void silentUntil(long sample) {
        if (start != NONE && sample - end >= 2 * padding) {
            passOn(sample - end, Long.MAX_VALUE);
        }
    }

    /** Passes the last segment on; none reaches beyond the end of the recording. */
    void finish(long totalSamples) {
        if (start != NONE) {
            passOn(Long.MAX_VALUE, totalSamples);
        }
    }

    private void passOn(long gap, long limit) {
        boolean shared = gap < 2 * padding;
        long after = shared ? gap / 2 : padding;
        sink.accept(new SpeechSegment(Math.max(0, start - before), Math.min(limit, end + after)));
        before = after;
        start = NONE;
    }
}
