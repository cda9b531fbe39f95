package dev.duplexvoice.internal;

import dev.duplexvoice.VadObserver;
import dev.duplexvoice.audio.AudioFormat;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.vad.NoiseGate;
import dev.duplexvoice.vad.SpeechSegmenter;
import dev.duplexvoice.vad.VadBatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of a session: input ring → detector's rate → windows → probabilities → segments. Keeps the last
 * samples, so that a recognizer can be given what came before the detected start. Owned by the audio loop.
 */
final class Hearing {
    /** Windows that may wait to be judged; more stay in the input ring. */
    private static final int WAITING_WINDOWS = 2;

    private final InputRing input;
    private final Tape tape;
    private final int inputRate;
    private final short[] chunk;
    private final @Nullable Resampler resampler;
    private final short[] converted;
    private @Nullable VadBatch batch;
    private int caller;
    private final SpeechSegmenter segmenter;
    private final int sampleRate;
    private final short[] window;
    private final @Nullable VadObserver observer;

    /** The last samples at the detector's rate; sample n is at n modulo its length. */
    private final short[] history;

    private final int longestWait;

    private long written;
    private long judged;
    /** Input samples that were dropped before they came here. */
    private long skippedInput;
    /** Those before the last gap, at the detector's rate, and where that gap is. */
    private long skipped;

    private long gapAt;

    /**
     * @param sampleRate the detector's
     * @param windowSamples the detector's
     * @param keptSamples the oldest that will be asked for when speech is noticed: the pre-roll, and what the segmenter
     *     needs to be sure; 0 if nobody will ask
     */
    Hearing(
            InputRing input,
            AudioFormat inputFormat,
            @Nullable Resampler resampler,
            SpeechSegmenter segmenter,
            int sampleRate,
            int windowSamples,
            int keptSamples,
            @Nullable VadObserver observer,
            Tape tape) {
        this.tape = tape;
        this.input = input;
        this.inputRate = inputFormat.sampleRate();
        this.chunk = new short[inputFormat.frameSamples()];
        this.resampler = resampler;
        this.converted = resampler == null ? chunk : new short[resampler.maxOutput(chunk.length)];
        this.segmenter = segmenter;
        this.sampleRate = sampleRate;
        this.window = new short[windowSamples];
        this.observer = observer;
        this.longestWait = WAITING_WINDOWS * windowSamples + converted.length;
        this.history = new short[keptSamples + windowSamples + longestWait];
    }

    /** From now on a detector hears the caller, with this state; else the host tells when the caller speaks. */
    void join(VadBatch of, int state) {
        batch = of;
        caller = state;
    }

    /**
     * Takes what the host has put in, as far as the windows not yet judged leave room; as much at once if nothing judges them.
     *
     * @return whether there may be more
     */
    boolean drain() {
        long writtenBefore = written;
        while (written - (batch == null ? writtenBefore : judged) + converted.length <= longestWait) {
            long before = input.position();
            int samples = tape.audio(TapeTag.INPUT, input.poll(chunk), chunk);
            if (samples == 0) {
                return false;
            }
            long missing = tape.missing(input.position() - samples - before);
            if (missing > 0) {
                gap(missing);
            }
            if (resampler != null) {
                samples = resample(resampler, samples);
            }
            keep(samples);
            if (batch == null) {
                judged = written;
            }
        }
        return true;
    }

    /**
     * The host sends nothing though the caller was speaking: that is silence, so that the speech has an end.
     *
     * @return how much of it was taken, in nanoseconds
     */
    long silence(long nanos) {
        long room = Math.min(converted.length, longestWait - (written - judged));
        int samples = (int) Math.min(room, nanos * sampleRate / 1_000_000_000L);
        if (samples <= 0) {
            return 0;
        }
        Arrays.fill(converted, 0, samples, (short) 0);
        gap(-(long) samples * inputRate / sampleRate);
        keep(samples);
        return samples * 1_000_000_000L / sampleRate;
    }

    private int resample(Resampler with, int samples) {
        tape.mayThrow();
        int made;
        try {
            made = with.process(chunk, 0, samples, converted, 0);
        } catch (RuntimeException | Error e) {
            tape.threw(e);
            throw e;
        }
        return (int) tape.number(TapeTag.RESAMPLED, made, converted.length);
    }

    /**
     * Samples are missing here. They are as if they had never been: detector and recognizer are given what is left without a
     * break. Only positions told to the host count them.
     */
    private void gap(long inputSamples) {
        skipped = skippedAt(written);
        skippedInput += inputSamples;
        gapAt = written;
    }

    /** Samples missing before this one, at the detector's rate. */
    private long skippedAt(long sample) {
        return sample > gapAt ? skippedInput * sampleRate / inputRate : skipped;
    }

    /** Gives the next window to the batch; false if there is none. */
    boolean submit() {
        if (batch == null || written - judged < window.length) {
            return false;
        }
        copy(judged, window, window.length);
        tape.mayThrow();
        try {
            batch.submit(caller, window, 0);
        } catch (RuntimeException | Error e) {
            tape.threw(e);
            throw e;
        }
        return true;
    }

    /** Says what the agent does from the next window on. */
    void activity(NoiseGate.Activity activity) {
        if (batch == null) {
            return;
        }
        tape.mayThrow();
        try {
            batch.activity(caller, activity);
        } catch (RuntimeException | Error e) {
            tape.threw(e);
            throw e;
        }
    }

    /** Takes the probability of the submitted window. */
    SpeechSegmenter.Signal judge() {
        if (batch == null) {
            return SpeechSegmenter.Signal.NONE;
        }
        judged += window.length;
        float probability;
        tape.mayThrow();
        try {
            probability = batch.probability(caller);
            if (observer != null) {
                observer.window(judged + skippedAt(judged), sampleRate, probability);
            }
        } catch (RuntimeException | Error e) {
            tape.threw(e);
            throw e;
        }
        probability = tape.probability(probability);
        return segmenter.window(probability);
    }

    private void keep(int samples) {
        int start = (int) (written % history.length);
        int first = Math.min(samples, history.length - start);
        System.arraycopy(converted, 0, history, start, first);
        System.arraycopy(converted, first, history, 0, samples - first);
        written += samples;
    }

    private void copy(long from, short[] target, int samples) {
        int start = (int) (from % history.length);
        int first = Math.min(samples, history.length - start);
        System.arraycopy(history, start, target, 0, first);
        System.arraycopy(history, 0, target, first, samples - first);
    }

    /** Samples [from, to) as far as they are still kept. */
    short[] recent(long from, long to) {
        long begin = Math.max(Math.max(0, from), written - history.length);
        short[] samples = new short[(int) Math.max(0, to - begin)];
        copy(begin, samples, samples.length);
        return samples;
    }

    /** Samples taken so far, at the detector's rate; without those that were dropped. */
    long written() {
        return written;
    }

    /** How long ago a sample came in, in nanoseconds. */
    long age(long sample) {
        return (written - sample) * 1_000_000_000L / sampleRate;
    }

    SpeechSegmenter segmenter() {
        return segmenter;
    }

    /** Samples per second of what {@link #recent} gives. */
    int sampleRate() {
        return sampleRate;
    }

    /** Whether the last window may be the beginning of speech, or is speech. */
    boolean isAudible() {
        return batch != null && segmenter.isAudible();
    }

    /** Whether the detector hears speech, or what may be its beginning or a silence in it. */
    boolean isInSpeech() {
        return batch != null && segmenter.inSpeech();
    }

    /** Whether speech goes on, but with a silence in it that may become its end. */
    boolean isPausing() {
        return batch != null && segmenter.inSpeech() && !segmenter.isAudible();
    }

    /** Frees the detector's state. */
    void close() {
        if (batch != null) {
            batch.release(caller);
        }
        if (resampler != null) {
            resampler.close();
        }
    }
}
