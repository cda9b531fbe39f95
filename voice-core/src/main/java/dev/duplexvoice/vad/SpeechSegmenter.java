package dev.duplexvoice.vad;

/**
 * Makes speech segments of the probabilities of consecutive windows, one stream, one thread. Streaming and without
 * allocation; the decisions are those of Silero's {@code get_speech_timestamps} (v6): a segment begins with the first window at
 * or above the threshold; it ends at the first window below the negative threshold once {@code minSilence} has passed with none
 * at or above the threshold; it counts only if it is longer than {@code minSpeech}. A segment that reaches {@code maxSpeech} is
 * cut at the longest of its pauses of more than 98 ms, and goes on behind that pause; without such a pause it is cut where it is,
 * and the next one begins with the next window at or above the threshold. What is cut off counts, however short.
 *
 * <p>{@link Signal#STARTED} comes as soon as it is certain that the segment will count, so that a live session need not
 * wait for its end; each {@link Signal#ENDED} of {@link #window} follows one. Positions are in samples from the start of the
 * stream, without padding; see {@link SpeechStream} and {@link SpeechSegments} for padded segments.
 */
public final class SpeechSegmenter {
    /** The shortest pause at which a segment that became too long may be cut: {@code min_silence_at_max_speech}, in ms. */
    private static final long CUT_SILENCE_MILLIS = 98;

    private static final long NONE_YET = 0;

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
    private final long maxSpeechSamples;
    private final long cutSilenceSamples;
    private final int windowSamples;

    private long position;
    private boolean triggered;
    private boolean announced;
    private boolean pausing;
    /** First sample of the open segment. */
    private long openStart;

    private long pauseStart;
    /** The longest pause of the open segment that ended and is long enough for a cut: its first sample and length. */
    private long cutStart;

    private long cutSamples = NONE_YET;

    /** A cut may end one segment, and start and end the next, in one window: start told late, end, start, end. */
    private final Signal[] signals = new Signal[4];

    private final long[] starts = new long[signals.length];
    private final long[] ends = new long[signals.length];
    private int told;
    private int waiting;
    private long start;
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
        this.minSpeechSamples = Samples.in(options.minSpeech(), sampleRate);
        this.minSilenceSamples = Samples.in(options.minSilence(), sampleRate);
        // The limit is for the padded segment, and is noticed one window late.
        this.maxSpeechSamples = options.maxSpeech().equals(VadOptions.NO_MAXIMUM)
                ? Long.MAX_VALUE
                : Math.max(
                        0,
                        Samples.in(options.maxSpeech(), sampleRate)
                                - windowSamples
                                - 2 * Samples.in(options.padding(), sampleRate));
        this.cutSilenceSamples = CUT_SILENCE_MILLIS * sampleRate / 1_000;
        this.windowSamples = windowSamples;
    }

    /**
     * Takes the probability of the next window. NaN is silence: a detector that has lost its head must not hold a turn open.
     *
     * @return the first thing that it changed. Without {@code maxSpeech} there is never a second; with it, {@link #next} has
     *     the others
     * @throws IllegalStateException if signals of the window before were not taken
     */
    public Signal window(float probability) {
        if (told < waiting) {
            throw new IllegalStateException(
                    "signals=" + (waiting - told) + ": not taken; call next() until it answers NONE");
        }
        told = 0;
        waiting = 0;
        long current = position;
        position += windowSamples;
        boolean speech = probability >= threshold;
        if (speech) {
            endPause(current);
            if (!triggered) {
                triggered = true;
                openStart = current;
                announceIfCertain(position);
                return next();
            }
        }
        if (triggered && current - openStart > maxSpeechSamples && !cut(current)) {
            return next();
        }
        if (triggered && !(probability >= negativeThreshold)) {
            silence(current);
        } else if (triggered && !pausing) {
            announceIfCertain(position);
        }
        return next();
    }

    /** The next thing that the last window changed; NONE if that was all. */
    public Signal next() {
        if (told == waiting) {
            return Signal.NONE;
        }
        start = starts[told];
        end = ends[told];
        return signals[told++];
    }

    private void endPause(long current) {
        if (pausing) {
            long length = current - pauseStart;
            if (length > cutSilenceSamples && length > cutSamples) {
                cutStart = pauseStart;
                cutSamples = length;
            }
            pausing = false;
        }
    }

    /** Ends the open segment because it is too long; returns whether another one goes on behind the cut. */
    private boolean cut(long current) {
        boolean goesOn = cutSamples != NONE_YET;
        long next = cutStart + cutSamples;
        announce();
        closeSegment(Signal.ENDED, goesOn ? cutStart : current);
        if (goesOn) {
            triggered = true;
            openStart = next;
            // The present window may be below the negative threshold, but its end would be no earlier than its start.
            announceIfCertain(current);
        }
        return goesOn;
    }

    private void silence(long current) {
        if (!pausing) {
            pausing = true;
            pauseStart = current;
        }
        if (current - pauseStart >= minSilenceSamples) {
            closeSegment(announced ? Signal.ENDED : Signal.DROPPED, pauseStart);
        }
    }

    private void announceIfCertain(long earliestEnd) {
        if (earliestEnd - openStart > minSpeechSamples) {
            announce();
        }
    }

    private void announce() {
        if (!announced) {
            announced = true;
            tell(Signal.STARTED, end);
        }
    }

    private void closeSegment(Signal signal, long at) {
        tell(signal, at);
        triggered = false;
        announced = false;
        pausing = false;
        cutSamples = NONE_YET;
    }

    private void tell(Signal signal, long at) {
        signals[waiting] = signal;
        starts[waiting] = openStart;
        ends[waiting++] = at;
    }

    /**
     * Ends the stream.
     *
     * @param totalSamples its length, which a last, padded window may exceed
     * @return ENDED if speech was going on and is long enough, with {@link #end()} at the end of the stream
     */
    public Signal finish(long totalSamples) {
        boolean counts = triggered && totalSamples - openStart > minSpeechSamples;
        start = openStart;
        end = totalSamples;
        triggered = false;
        pausing = false;
        announced = false;
        cutSamples = NONE_YET;
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

    /** First sample of the segment that is open, if {@link #inSpeech()}. */
    public long openStart() {
        return openStart;
    }

    /** Samples taken so far. */
    public long position() {
        return position;
    }
}
