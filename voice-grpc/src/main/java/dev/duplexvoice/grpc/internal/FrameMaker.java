package dev.duplexvoice.grpc.internal;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.grpc.proto.tts.WordTime;
import dev.duplexvoice.tts.SegmenterOptions;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.TextSegmenter;
import dev.duplexvoice.tts.WordTiming;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes 20 ms frames of one text that may still be written: text → clauses → synthesizer → the session's rate. Text and
 * {@link #cancel} come from any thread; {@link #advance} and what it made belong to one thread at a time.
 *
 * <p>A frame is shorter only where the next clause is not there yet, which what is spoken must not wait for, and at the end.
 */
final class FrameMaker implements AutoCloseable {
    static final int FRAME_MILLIS = 20;
    private static final int FRAMES_PER_SECOND = 1_000 / FRAME_MILLIS;
    /** Samples of one read, as a part of a second. */
    private static final int READS_PER_SECOND = 25;

    /** What {@link #advance} came to. */
    enum Step {
        /** A frame is there. */
        FRAME,
        /** Nothing until there is more text, or the synthesizer tells. */
        WAIT,
        /** All of the text is spoken. */
        END
    }

    private final SpeechSynthesizer voice;
    private final SessionSettings settings;
    private final @Nullable Resampler resampler;
    private final Runnable readable;
    private final TextSegmenter segmenter;
    /** Whether text is spoken clause by clause; else whole. */
    private final boolean clauses;

    private final Object textLock = new Object();
    private final StringBuilder incoming = new StringBuilder();
    private boolean complete;
    private boolean flushDue;

    private final Object streamLock = new Object();
    private @Nullable SynthesisStream stream;
    private boolean cancelled;

    private final StringBuilder whole = new StringBuilder();
    private boolean wholeGiven;
    private @Nullable TextSegment segment;
    private int wordsGiven;
    private long clauseStart;
    private long produced;
    private boolean flushed;
    private final short[] read;
    private final short[] converted;
    private int convertedAt;
    private int convertedEnd;
    private final short[] frame;
    private int frameFill;
    private ByteString made = ByteString.EMPTY;
    private List<WordTime> words = new ArrayList<>();
    private long computeNanos;
    private long samplesRead;

    /**
     * @param resampler from the voice's rate to the session's, fresh; null if they are equal
     * @param readable run when advance is worth repeating after a WAIT
     */
    FrameMaker(SpeechSynthesizer voice, SessionSettings settings, @Nullable Resampler resampler, Runnable readable) {
        this.voice = voice;
        this.settings = settings;
        this.resampler = resampler;
        this.readable = readable;
        int longest = Math.min(SegmenterOptions.SPEECH.longest(), Math.max(2, voice.maxTextLength()));
        segmenter = new TextSegmenter(longest);
        clauses = settings.clauses() && !voice.wantsWholeReplies();
        read = new short[Math.max(1, voice.sampleRate() / READS_PER_SECOND)];
        converted = resampler == null
                ? read
                : new short[Math.max(resampler.maxOutput(read.length), resampler.maxOutput(0))];
        frame = new short[settings.sampleRate() / FRAMES_PER_SECOND];
    }

    /** More text. Any thread. */
    void append(String text) {
        synchronized (textLock) {
            incoming.append(text);
        }
    }

    /** No more text comes. Any thread. */
    void finish() {
        synchronized (textLock) {
            complete = true;
        }
    }

    /** Text has waited for more for long enough: what is there is spoken. Any thread. */
    void flush() {
        synchronized (textLock) {
            flushDue = true;
        }
    }

    /** Stops the synthesizer, within one chunk. Any thread. */
    void cancel() {
        synchronized (streamLock) {
            cancelled = true;
            if (stream != null) {
                stream.cancel();
            }
        }
    }

    /** Works until there is a frame, or until it would have to wait. */
    Step advance() {
        while (true) {
            if (convertedAt < convertedEnd) {
                if (fill()) {
                    return Step.FRAME;
                }
                continue;
            }
            SynthesisStream from = stream;
            if (from != null) {
                if (!readFrom(from)) {
                    return Step.WAIT;
                }
                continue;
            }
            boolean all = takeText();
            segment = nextSegment(all);
            if (segment != null) {
                begin(segment);
                continue;
            }
            if (all && resampler != null && !flushed) {
                flushed = true;
                convertedAt = 0;
                convertedEnd = resampler.flush(converted, 0);
                produced += convertedEnd;
                continue;
            }
            if (frameFill > 0) {
                take();
                return Step.FRAME;
            }
            return all ? Step.END : Step.WAIT;
        }
    }

    /** The samples of the last FRAME, little-endian. */
    ByteString frame() {
        return made;
    }

    /** Words that became known since the last call. */
    List<WordTime> takeWords() {
        List<WordTime> taken = words;
        words = new ArrayList<>();
        return taken;
    }

    /** Nanoseconds of computing since the last call. */
    long takeComputeNanos() {
        long taken = computeNanos;
        computeNanos = 0;
        return taken;
    }

    /** Nanoseconds of audio since the last call. */
    long takeAudioNanos() {
        long taken = samplesRead * 1_000_000_000L / voice.sampleRate();
        samplesRead = 0;
        return taken;
    }

    /** Whether all the text has come. */
    private boolean takeText() {
        synchronized (textLock) {
            if (incoming.length() > 0) {
                if (clauses) {
                    segmenter.append(incoming);
                } else {
                    whole.append(incoming);
                }
                incoming.setLength(0);
            }
            return complete;
        }
    }

    private @Nullable TextSegment nextSegment(boolean all) {
        if (!clauses) {
            return all ? nextOfWhole() : null;
        }
        if (all) {
            segmenter.finish();
        }
        TextSegment next = segmenter.poll();
        if (next == null && takeFlush()) {
            segmenter.flush();
            next = segmenter.poll();
        }
        return next;
    }

    private boolean takeFlush() {
        synchronized (textLock) {
            boolean due = flushDue;
            flushDue = false;
            return due;
        }
    }

    /** The text at once, or in pieces if that is more than the voice takes. */
    private @Nullable TextSegment nextOfWhole() {
        if (whole.length() > voice.maxTextLength()) {
            if (!wholeGiven) {
                wholeGiven = true;
                segmenter.append(whole);
                segmenter.finish();
            }
            return segmenter.poll();
        }
        if (wholeGiven || whole.length() == 0) {
            return null;
        }
        wholeGiven = true;
        // Who cuts text into clauses has left out already what is not spoken.
        return settings.clauses() ? TextSegmenter.whole(whole) : new TextSegment(whole.toString(), 0, whole.length());
    }

    private void begin(TextSegment clause) {
        clauseStart = produced;
        wordsGiven = 0;
        long before = System.nanoTime();
        SynthesisStream started =
                voice.start(new SynthesisRequest(clause.text(), settings.rate(), settings.pitch()), readable);
        computeNanos += System.nanoTime() - before;
        synchronized (streamLock) {
            stream = started;
            if (cancelled) {
                started.cancel();
            }
        }
    }

    private boolean readFrom(SynthesisStream from) {
        long before = System.nanoTime();
        int samples = from.read(read, 0, read.length);
        computeNanos += System.nanoTime() - before;
        if (samples == 0) {
            return false;
        }
        if (samples > 0) {
            samplesRead += samples;
            convertedAt = 0;
            convertedEnd = resampler == null ? samples : resampler.process(read, 0, samples, converted, 0);
            produced += convertedEnd;
        }
        newWords(from.words());
        if (samples < 0) {
            closeStream();
        }
        return true;
    }

    private void newWords(List<WordTiming> known) {
        TextSegment clause = segment;
        if (clause == null) {
            return;
        }
        for (; wordsGiven < known.size(); wordsGiven++) {
            WordTiming word = known.get(wordsGiven);
            words.add(WordTime.newBuilder()
                    .setStartSample(clauseStart + toOutput(word.startSample()))
                    .setEndSample(clauseStart + toOutput(word.endSample()))
                    .setTextBegin(clause.sourceBegin(word.textBegin()))
                    .setTextEnd(clause.sourceEnd(word.textEnd()))
                    .build());
        }
    }

    private long toOutput(long samples) {
        return samples * settings.sampleRate() / voice.sampleRate();
    }

    /** Moves samples into the frame; whether it is full. */
    private boolean fill() {
        int samples = Math.min(frame.length - frameFill, convertedEnd - convertedAt);
        System.arraycopy(converted, convertedAt, frame, frameFill, samples);
        convertedAt += samples;
        frameFill += samples;
        if (frameFill < frame.length) {
            return false;
        }
        take();
        return true;
    }

    private void take() {
        byte[] bytes = new byte[2 * frameFill];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(frame, 0, frameFill);
        // Nobody else has the array.
        made = UnsafeByteOperations.unsafeWrap(bytes);
        frameFill = 0;
    }

    private void closeStream() {
        SynthesisStream open;
        synchronized (streamLock) {
            open = stream;
            stream = null;
        }
        if (open != null) {
            open.close();
        }
    }

    /** Frees the stream; the resampler is its owner's. By the thread that advances. */
    @Override
    public void close() {
        closeStream();
    }
}
