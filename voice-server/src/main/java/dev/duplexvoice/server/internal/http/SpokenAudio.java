package dev.duplexvoice.server.internal.http;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.TextSegmenter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A whole text as audio at one rate, made clause by clause as it is read. One thread, but for {@link #cancel}. */
final class SpokenAudio implements AutoCloseable {
    /** A tenth of a second at a time. */
    private static final int READS_PER_SECOND = 10;

    private final SpeechSynthesizer voice;
    private final float rate;
    private final float pitch;
    private final @Nullable Resampler resampler;
    private final Duration timeout;
    private final Deque<TextSegment> clauses = new ArrayDeque<>();
    private final Semaphore readable = new Semaphore(0);
    private final short[] read;
    private final short[] converted;
    private final Object lock = new Object();
    private @Nullable SynthesisStream stream;
    private boolean cancelled;
    private boolean flushed;
    private long computeNanos;
    private long samplesRead;

    /**
     * @param resampler from the voice's rate, fresh, its caller's to close; null if there is nothing to convert
     * @param timeout how long the voice may give nothing
     */
    SpokenAudio(
            SpeechSynthesizer voice,
            String text,
            float rate,
            float pitch,
            @Nullable Resampler resampler,
            Duration timeout) {
        this.voice = voice;
        this.rate = rate;
        this.pitch = pitch;
        this.resampler = resampler;
        this.timeout = timeout;
        int longest = Math.max(2, voice.maxTextLength());
        if (voice.wantsWholeReplies()) {
            clauses.addAll(TextSegmenter.whole(text, longest));
        } else {
            TextSegmenter segmenter = new TextSegmenter(Math.min(TextSegmenter.MAX_SEGMENT, longest));
            segmenter.append(text);
            segmenter.finish();
            for (TextSegment next = segmenter.poll(); next != null; next = segmenter.poll()) {
                clauses.add(next);
            }
        }
        read = new short[Math.max(1, voice.sampleRate() / READS_PER_SECOND)];
        converted = resampler == null
                ? read
                : new short[Math.max(resampler.maxOutput(read.length), resampler.maxOutput(0))];
    }

    /** Whether there is nothing to say. */
    boolean isSilent() {
        return clauses.isEmpty();
    }

    /** Of the last {@link #next}. */
    short[] samples() {
        return converted;
    }

    /**
     * Makes the next samples.
     *
     * @return how many; -1 at the end, or once it was cancelled
     * @throws VoiceException if the voice fails
     */
    int next() throws InterruptedException {
        while (true) {
            SynthesisStream from = current();
            if (from == null) {
                return flush();
            }
            readable.drainPermits();
            long before = System.nanoTime();
            int samples = from.read(read, 0, read.length);
            computeNanos += System.nanoTime() - before;
            if (samples == SynthesisStream.END) {
                closeStream();
            } else if (samples == 0) {
                if (!readable.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new VoiceException(
                            VoiceException.Code.SYNTHESIS,
                            "voice " + voice.voice() + " gave no audio for " + timeout.toSeconds() + " s");
                }
            } else {
                samplesRead += samples;
                int made = resampler == null ? samples : resampler.process(read, 0, samples, converted, 0);
                if (made > 0) {
                    return made;
                }
            }
        }
    }

    private @Nullable SynthesisStream current() {
        SynthesisStream open = stream;
        if (open != null) {
            return open;
        }
        TextSegment clause = clauses.poll();
        if (clause == null) {
            return null;
        }
        SynthesisStream begun = voice.start(new SynthesisRequest(clause.text(), rate, pitch), readable::release);
        synchronized (lock) {
            stream = begun;
            if (cancelled) {
                begun.cancel();
            }
        }
        return begun;
    }

    private int flush() {
        if (resampler == null || flushed || isCancelled()) {
            return -1;
        }
        flushed = true;
        int made = resampler.flush(converted, 0);
        return made == 0 ? -1 : made;
    }

    private boolean isCancelled() {
        synchronized (lock) {
            return cancelled;
        }
    }

    private void closeStream() {
        SynthesisStream open;
        synchronized (lock) {
            open = stream;
            stream = null;
        }
        if (open != null) {
            open.close();
        }
    }

    /** Stops the voice within a chunk. Any thread. */
    void cancel() {
        synchronized (lock) {
            cancelled = true;
            clauses.clear();
            if (stream != null) {
                stream.cancel();
            }
        }
        readable.release();
    }

    long computeNanos() {
        return computeNanos;
    }

    long audioNanos() {
        return samplesRead * 1_000_000_000L / voice.sampleRate();
    }

    @Override
    public void close() {
        cancel();
        closeStream();
    }
}
