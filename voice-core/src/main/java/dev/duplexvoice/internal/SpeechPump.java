package dev.duplexvoice.internal;

import dev.duplexvoice.SegmentationOptions;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.VoiceOptions;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.SegmenterOptions;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.TextSegmenter;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes frames of a session's replies: text → clauses → synthesizer → output rate → synthesis ring. Runs on workers, one run
 * at a time, so that the ring has one producer; a run does what it can and returns when it would have to wait for text,
 * for the synthesizer or for room in the ring. Whoever changes one of these wakes it.
 *
 * <p>Frames carry the reply's epoch as flags and {@link #DATA} as timestamp; a frame of length 0 with {@link #END} follows
 * the last one of a reply.
 */
final class SpeechPump {
    static final long DATA = 0;
    static final long END = 1;

    private static final long NOT_WAITING = Long.MIN_VALUE;

    private static final Logger LOG = LoggerFactory.getLogger(SpeechPump.class);
    /** Samples of one read at most, and its length. */
    private static final int READ_SAMPLES = 1_600;

    private static final int READS_PER_SECOND = 25;

    private final FrameRing ring;
    private final SpeechSynthesizer synthesizer;
    private final @Nullable Resampler resampler;
    private final EngineClock clock;
    private final VoiceTelemetry telemetry;
    private final int outputRate;
    private final SegmenterOptions segmentation;
    private final float rate;
    private final float pitch;
    private final long flushAfter;
    private final WakeableTask task;
    private final Queue<ReplyText> replies = new ConcurrentLinkedQueue<>();
    private volatile boolean waitingForRoom;
    /** When the last text came, if it may wait in vain for more; {@link #NOT_WAITING} if nothing does. */
    private volatile long textWaitsSince = NOT_WAITING;
    /** The audio loop found that it has waited for long enough. */
    private volatile boolean flushDue;

    private volatile boolean closed;
    private final Runnable onEnd;

    // What follows belongs to the running task.
    private final short[] read;
    /** What was read, at the output's rate; the same array if that is the synthesizer's. */
    private final short[] converted;

    private int convertedAt;
    private int convertedEnd;
    private final short[] frame;
    private int frameFill;
    private @Nullable ReplyText reply;
    private TextSegmenter segmenter;
    private @Nullable TextSegment segment;
    private @Nullable SynthesisStream stream;
    /** Held to change what is being synthesised, and to cancel it from outside. */
    private final Object streamLock = new Object();

    private @Nullable ReplyText streamOf;
    private int wordsGiven;
    private boolean flushed;
    private boolean wholeGiven;
    private long textCameAt;
    /** Whether text has come since the last flush. */
    private boolean textMayWait;

    private long clauseStart;
    private long clauseSamples;
    private long computeNanos;
    private long produced;

    SpeechPump(
            FrameRing ring,
            SpeechSynthesizer synthesizer,
            @Nullable Resampler resampler,
            int outputRate,
            SegmentationOptions segmentation,
            VoiceOptions voice,
            EngineClock clock,
            VoiceTelemetry telemetry,
            Workers workers,
            Runnable onEnd) {
        this.onEnd = onEnd;
        this.ring = ring;
        this.synthesizer = synthesizer;
        this.resampler = resampler;
        this.outputRate = outputRate;
        this.clock = clock;
        this.telemetry = telemetry;
        this.task = new WakeableTask("voice " + synthesizer.voice(), this::work, run -> () -> workers.compute(run));
        this.segmentation = new SegmenterOptions(
                segmentation.firstWords(),
                segmentation.firstCharacters(),
                Math.min(SegmenterOptions.SPEECH.longest(), synthesizer.maxTextLength()),
                true);
        this.rate = voice.rate();
        this.pitch = voice.pitch();
        this.flushAfter = segmentation.flushAfter().toNanos();
        this.segmenter = newSegmenter();
        this.frame = new short[ring.slotBytes() / Short.BYTES];
        this.read = new short[Math.min(READ_SAMPLES, synthesizer.sampleRate() / READS_PER_SECOND)];
        this.converted = resampler == null ? read : new short[resampler.maxOutput(read.length)];
    }

    private TextSegmenter newSegmenter() {
        return new TextSegmenter(segmentation);
    }

    /** Queues a reply. Any thread. */
    void begin(ReplyText text) {
        replies.add(text);
        wake();
    }

    /** Something changed that a run may have waited for. Any thread; takes no lock and allocates nothing. */
    void wake() {
        task.wake();
    }

    /** Called by the consumer after it took frames. */
    void roomAvailable() {
        if (waitingForRoom && ring.size() <= ring.capacity() / 2) {
            waitingForRoom = false;
            wake();
        }
    }

    /** Called on every tick of the loop: text that has waited for more for too long is to be spoken as it is. */
    void flushIfWaiting(long now) {
        long since = textWaitsSince;
        if (since != NOT_WAITING && !flushDue && now - since >= flushAfter) {
            flushDue = true;
            wake();
        }
    }

    /** Stops the synthesizer if it is at work for this reply, so that a long read ends. On a worker. */
    void cancel(ReplyText cancelled) {
        synchronized (streamLock) {
            SynthesisStream running = stream;
            if (running != null && streamOf == cancelled) {
                running.cancel();
            }
        }
    }

    /** Stops and frees. Any thread. */
    void close() {
        closed = true;
        wake();
    }

    /** Frees what it holds, at once; only if it was never given a reply. */
    void discard() {
        closed = true;
        end();
    }

    private void end() {
        if (resampler != null) {
            resampler.close();
        }
        onEnd.run();
    }

    private void work() {
        while (true) {
            ReplyText current = reply;
            if (closed) {
                closeStream();
                reply = null;
                end();
                return;
            }
            if (current == null) {
                current = replies.poll();
                if (current == null) {
                    return;
                }
                open(current);
            }
            if (current.isCancelled()) {
                closeStream();
                reply = null;
                continue;
            }
            try {
                if (!step(current)) {
                    return;
                }
            } catch (RuntimeException | Error e) {
                closeStream();
                reply = null;
                current.fail(
                        e instanceof VoiceException
                                ? e
                                : new VoiceException(
                                        VoiceException.Code.SYNTHESIS,
                                        "voice " + synthesizer.voice() + " failed: " + e,
                                        e));
            }
        }
    }

    private void open(ReplyText text) {
        reply = text;
        segmenter = newSegmenter();
        textWaitsSince = NOT_WAITING;
        segment = null;
        frameFill = 0;
        convertedAt = 0;
        convertedEnd = 0;
        produced = 0;
        flushed = false;
        wholeGiven = false;
        textMayWait = false;
        if (resampler != null) {
            resampler.reset();
        }
    }

    /** Moves on by one piece of work; false if there is none until the next wake. */
    private boolean step(ReplyText current) {
        // A frame that is full and found no room must not wait for the next clause's audio.
        if (convertedAt < convertedEnd || frameFill == frame.length) {
            return pack(current);
        }
        if (stream != null) {
            return readStream(current, stream);
        }
        String more = current.takeIncoming();
        if (more != null) {
            segmenter.append(more);
            textCameAt = clock.nanoTime();
            textMayWait = flushAfter > 0 && !synthesizer.wantsWholeReplies();
        }
        boolean complete = current.isComplete();
        if (complete) {
            segmenter.finish();
        }
        segment = nextSegment(current, complete);
        if (segment == null && isFlushDue(complete)) {
            segmenter.flush();
            segment = segmenter.poll();
        }
        if (segment != null) {
            textWaitsSince = NOT_WAITING;
            beginClause(current, segment);
            return true;
        }
        textWaitsSince = textMayWait && !complete ? textCameAt : NOT_WAITING;
        if (!complete) {
            // The next clause is not there yet: what is spoken must not wait for it.
            return frameFill > 0 && offerFrame(current);
        }
        return finish(current);
    }

    private boolean isFlushDue(boolean complete) {
        if (!flushDue) {
            return false;
        }
        flushDue = false;
        // More may have come since the loop looked.
        boolean due = textMayWait && !complete && clock.nanoTime() - textCameAt >= flushAfter;
        textMayWait &= !due;
        return due;
    }

    private @Nullable TextSegment nextSegment(ReplyText current, boolean complete) {
        if (!synthesizer.wantsWholeReplies()) {
            return segmenter.poll();
        }
        if (!complete || wholeGiven) {
            return null;
        }
        wholeGiven = true;
        return TextSegmenter.whole(current.spoken.text());
    }

    private void beginClause(ReplyText current, TextSegment clause) {
        if (current.firstTextAt == Long.MIN_VALUE) {
            current.firstTextAt = clock.nanoTime();
        }
        clauseStart = produced;
        clauseSamples = 0;
        computeNanos = 0;
        wordsGiven = 0;
        current.spoken.beginClause(clause, clauseStart);
        setStream(synthesizer.start(new SynthesisRequest(clause.text(), rate, pitch), this::wake), current);
        SynthesisStream started = stream;
        long expected = started == null ? -1 : started.expectedSamples();
        if (expected >= 0) {
            current.spoken.expectEnd(clauseStart + toOutput(expected));
        }
        if (current.isCancelled()) {
            // Cancelled while it was being started: the cancel found no stream.
            closeStream();
        }
    }

    private void setStream(@Nullable SynthesisStream next, @Nullable ReplyText of) {
        synchronized (streamLock) {
            stream = next;
            streamOf = of;
        }
    }

    private boolean readStream(ReplyText current, SynthesisStream from) {
        long before = System.nanoTime();
        int samples = from.read(read, 0, read.length);
        computeNanos += System.nanoTime() - before;
        if (samples == 0) {
            // What is in the frame waits for the rest of it: padding would be heard within a word.
            return false;
        }
        if (samples > 0) {
            clauseSamples += samples;
            convert(current, samples);
            words(current, from.words());
            return true;
        }
        words(current, from.words());
        closeStream();
        current.spoken.endClause(clauseStart + toOutput(clauseSamples));
        telemetry.clauseSynthesized(
                synthesizer.voice(), computeNanos, clauseSamples * 1_000_000_000L / synthesizer.sampleRate());
        return true;
    }

    private void convert(ReplyText current, int samples) {
        convertedAt = 0;
        convertedEnd = resampler == null ? samples : resampler.process(read, 0, samples, converted, 0);
        produced += convertedEnd;
        current.spoken.produced(produced);
    }

    /** Passes word times on when there are more than before. */
    private void words(ReplyText current, List<WordTiming> words) {
        if (words.size() == wordsGiven) {
            return;
        }
        wordsGiven = words.size();
        List<WordTiming> placed = new ArrayList<>(words.size());
        for (WordTiming word : words) {
            placed.add(new WordTiming(
                    clauseStart + toOutput(word.startSample()),
                    clauseStart + toOutput(word.endSample()),
                    word.textBegin(),
                    word.textEnd()));
        }
        current.spoken.words(placed);
    }

    private long toOutput(long samples) {
        return samples * outputRate / synthesizer.sampleRate();
    }

    /** Moves converted samples into frames and the ring. */
    private boolean pack(ReplyText current) {
        if (frameFill == frame.length && !offerFrame(current)) {
            return false;
        }
        int samples = Math.min(frame.length - frameFill, convertedEnd - convertedAt);
        System.arraycopy(converted, convertedAt, frame, frameFill, samples);
        convertedAt += samples;
        frameFill += samples;
        return frameFill < frame.length || offerFrame(current);
    }

    private boolean offerFrame(ReplyText current) {
        if (!offer(frameFill, current.epoch, DATA)) {
            return false;
        }
        frameFill = 0;
        return true;
    }

    private boolean finish(ReplyText current) {
        if (resampler != null && !flushed) {
            flushed = true;
            convertedAt = 0;
            convertedEnd = resampler.flush(converted, 0);
            produced += convertedEnd;
            return true;
        }
        if (frameFill > 0) {
            return offerFrame(current);
        }
        if (!offer(0, current.epoch, END)) {
            return false;
        }
        reply = null;
        return true;
    }

    private boolean offer(int samples, int epoch, long kind) {
        if (ring.offer(frame, 0, samples, epoch, kind)) {
            return true;
        }
        waitingForRoom = true;
        // The consumer may have drained the ring before it could see the flag.
        if (ring.size() <= ring.capacity() / 2) {
            waitingForRoom = false;
            return ring.offer(frame, 0, samples, epoch, kind);
        }
        return false;
    }

    private void closeStream() {
        SynthesisStream open = stream;
        setStream(null, null);
        if (open != null) {
            try {
                open.close();
            } catch (RuntimeException | Error e) {
                LOG.atWarn()
                        .addKeyValue("voice", synthesizer.voice())
                        .setCause(e)
                        .log("A voice threw on close");
            }
        }
    }
}
