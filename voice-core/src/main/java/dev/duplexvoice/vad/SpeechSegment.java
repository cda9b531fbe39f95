package dev.duplexvoice.vad;

/**
 * A stretch of speech.
 *
 * @param start its first sample
 * @param end the sample after its last
 */
public record SpeechSegment(long start, long end) {

    /** Samples in the segment. */
    public long length() {
        return end - start;
    }
}
