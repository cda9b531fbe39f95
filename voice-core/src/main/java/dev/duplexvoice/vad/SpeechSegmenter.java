package dev.duplexvoice.vad;

/**
 * Makes speech segments of the probabilities of consecutive windows, one stream, one thread. Streaming and without
 * allocation; the decisions are those of Silero's {@code get_speech_timestamps}: a segment begins with the first window at or
 * above the threshold; it ends at the first window below the negative threshold once {@code minSilence} has passed with none
 * at or above the threshold; it counts only if it is longer than {@code minSpeech}.
 *
 * <p>{@link Signal#STARTED} comes as soon as it is certain that the segment will count, so that a live session need not
 * wait for its end. Positions are in samples from the start of the stream, without padding; see {@link SpeechSegments} for
 * padded segments of a whole recording.
 */
public final class SpeechSegmenter {

    /** What a window changed. */
    public enum Signal {
        /** Nothing. */
        NONE,
        /** The segment that began at {@link #start()} is now known to be long enough. */
        STARTED,
        /** The started segment ended at {@link #end()}. */
        ENDED,
        /** What had begun was too short to count. */
        DROPPED
    }

    private final float threshold;
    private final float negativeThreshold;
    private final long minSpeechSamples;
    private final long minSilenceSamples;
    private final int windowSamples;

    private long position;
    private boolean triggered;
    private boolean announced;
    private boolean pausing;
    private long start;
    private long pauseStart;
    private long end;

    /**
     * A segmenter at the start of a stream.
     *
     * @param sampleRate of the audio, Hz
     * @param windowSamples samples in a window
     */
    public SpeechSegmenter(VadOptions options, int sampleRate, int windowSamples) {
        if (windowSamples <= 0) {
            throw new IllegalArgumentException("windowSamples=" + windowSamples + ": must be positive");
        }
        this.threshold = options.threshold();
        this.negativeThreshold = options.negativeThreshold();
        this.minSpeechSamples = options.minSpeech().toNanos() * sampleRate / 1_000_000_000L;
        this.minSilenceSamples = options.minSilence().toNanos() * sampleRate / 1_000_000_000L;
        this.windowSamples = windowSamples;
    }

    /** Takes the probability of the next window. */
    public Signal window(float probability) {
        long current = position;
        position += windowSamples;
        if (probability >= threshold) {
            pausing = false;
            if (!triggered) {
                triggered = true;
                start = current;
            }
        } else if (probability < negativeThreshold && triggered) {
            return silence(current);
        }
        if (triggered && !announced && !pausing && position - start > minSpeechSamples) {
            announced = true;
            return Signal.STARTED;
        }
        return Signal.NONE;
    }

    private Signal silence(long current) {
        if (!pausing) {
            pausing = true;
            pauseStart = current;
        }
        if (current - pauseStart < minSilenceSamples) {
            return Signal.NONE;
        }
        end = pauseStart;
        triggered = false;
        pausing = false;
        boolean wasAnnounced = announced;
        announced = false;
        return wasAnnounced ? Signal.ENDED : Signal.DROPPED;
    }

    /**
     * Ends the stream.
     *
     * @param totalSamples its length, which a last, padded window may exceed
     * @return ENDED if speech was going on and is long enough, with {@link #end()} at the end of the stream
     */
    public Signal finish(long totalSamples) {
        boolean counts = triggered && totalSamples - start > minSpeechSamples;
        end = totalSamples;
        triggered = false;
        pausing = false;
        announced = false;
        return counts ? Signal.ENDED : Signal.NONE;
    }

    /** Whether a segment is open, long enough or not. */
    public boolean inSpeech() {
        return triggered;
    }

    /** Whether a segment is open, long enough or not, and the last window was no pause in it. */
    public boolean isAudible() {
        return triggered && !pausing;
    }

    /** First sample of the segment of the last signal. */
    public long start() {
        return start;
    }

    /** Sample after the segment of the last {@link Signal#ENDED}. */
    public long end() {
        return end;
    }

    /** Samples taken so far. */
    public long position() {
        return position;
    }
}
