package dev.duplexvoice.internal;

import dev.duplexvoice.SessionOptions;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.FrameRing;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.internal.output.OutputChain;
import dev.duplexvoice.telemetry.SessionInfo;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.time.EngineClock;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.WordTiming;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes frames of a session's replies: text → {@link ReplyClauses} → synthesizer, some clauses ahead in the {@link ClauseQueue} →
 * {@link FrameWriter} → synthesis ring. Runs on workers, one run at a time, so that the ring has one producer; a run does what it
 * can and returns when it would have to wait for text, for the synthesizer or for room in the ring. Whoever changes one of
 * these wakes it.
 *
 * <p>Frames carry the reply's epoch as flags and {@link #DATA} as timestamp; a frame of length 0 with {@link #END} follows
 * the last one of a reply.
 */
final class SpeechPump {
    static final long DATA = FrameWriter.DATA;
    static final long END = FrameWriter.END;

    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final SpeechSynthesizer synthesizer;
    private final EngineClock clock;
    private final Duration timeout;
    private final FrameRing ring;
    private final ReplyClauses text;
    private final ClauseQueue clauses;
    private final FrameWriter writer;
    private final WakeableTask task;
    private final Queue<ReplyText> replies = new ConcurrentLinkedQueue<>();
    /** Since when the voice has been waited for. */
    private volatile long voiceWaitsSince = NOT_WAITING;
    /** The audio loop found that it has been for too long. */
    private volatile boolean stalled;
    /** All text that there is was spoken: what is missing is text. */
    private volatile boolean waitsForText;
    /** Frames of a reply are on their way. */
    private volatile boolean making;

    private volatile boolean closed;
    private final Runnable onEnd;

    // What follows belongs to the running task.
    private @Nullable ReplyText reply;
    /** The clause whose audio is written, and where it begins. */
    private @Nullable ClauseAudio speaking;

    /** Why the voice failed; what it made before goes out first. */
    private @Nullable Throwable failure;
    /** That was told, and nothing more of the reply goes out. */
    private boolean failed;

    private long clauseStart;
    private int wordsGiven;
    private boolean endKnown;
    /** Whether it was told that the reply may begin. */
    private boolean told;
    /** Why the reply has failed if nothing of it is said. */
    private @Nullable VoiceException leftOut;

    private Runnable onReady = () -> {};

    SpeechPump(
            SessionInfo session,
            FrameRing ring,
            SpeechSynthesizer synthesizer,
            @Nullable Resampler resampler,
            SessionOptions options,
            ChunkPool pool,
            EngineClock clock,
            VoiceTelemetry telemetry,
            Workers workers,
            Runnable onEnd) {
        this.onEnd = onEnd;
        this.ring = ring;
        this.synthesizer = synthesizer;
        this.clock = clock;
        this.timeout = options.synthesis().timeout();
        this.text = new ReplyClauses(options.segmentation(), synthesizer, clock);
        int outputRate = options.output().sampleRate();
        long frameNanos = (long) ring.slotBytes() / Short.BYTES * 1_000_000_000L / outputRate;
        this.clauses = new ClauseQueue(
                synthesizer,
                options.voice(),
                options.synthesis(),
                pool,
                new SynthesisTelemetry(session, synthesizer.sampleRate(), clock, telemetry),
                workers,
                this::wake,
                () -> ring.size() * frameNanos);
        this.writer = new FrameWriter(
                ring,
                resampler,
                new OutputChain(outputRate, options.processing()),
                synthesizer.sampleRate(),
                outputRate,
                (int) options.output().samples(options.processing().fade().toNanos()),
                ClauseAudio.mostAtOnce(synthesizer.sampleRate()));
        this.task = new WakeableTask("voice " + synthesizer.voice(), this::work, run -> {
            Runnable own = workers.own(run);
            return () -> workers.flow(own);
        });
    }

    /** The name of the voice that speaks. */
    String voice() {
        return synthesizer.voice();
    }

    /** Run on a worker once for each reply, when there are enough frames of it to begin. Set before the first reply. */
    void whenReady(Runnable action) {
        onReady = action;
    }

    /** Queues a reply. Any thread. */
    void begin(ReplyText next) {
        replies.add(next);
        wake();
    }

    /** Something changed that a run may have waited for. Any thread; takes no lock and allocates nothing. */
    void wake() {
        task.wake();
    }

    /** Called by the consumer after it took frames. */
    void roomAvailable() {
        if (writer.roomAvailable()) {
            wake();
        }
    }

    /** Called on every tick of the loop: text and voices are not waited for longer than the options say. */
    void watch(long now) {
        long since = voiceWaitsSince;
        boolean late = since != NOT_WAITING && !stalled && !timeout.isZero() && now - since >= timeout.toNanos();
        if (late) {
            stalled = true;
        }
        if (late | text.isDue(now)) {
            wake();
        }
    }

    /** Whether the reply has no more text for now, so that the voice is not to blame if nothing is heard. Any thread. */
    boolean waitsForText() {
        return waitsForText;
    }

    /** Whether more frames come without any more text. Any thread. */
    boolean isMaking() {
        return making;
    }

    /** Stops the synthesizer if it is at work for this reply, so that a long read ends. On a worker. */
    void cancel(ReplyText cancelled) {
        clauses.cancel(cancelled);
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
        writer.close();
        onEnd.run();
    }

    private void work() {
        while (true) {
            ReplyText current = reply;
            if (closed) {
                stop();
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
                stop();
                continue;
            }
            try {
                boolean goesOn = step(current);
                if (!told && Playout.isEnough(ring, making)) {
                    told = true;
                    onReady.run();
                }
                if (!goesOn) {
                    return;
                }
            } catch (RuntimeException | Error e) {
                fail(current, e);
            }
        }
    }

    private void open(ReplyText next) {
        reply = next;
        voiceWaitsSince = NOT_WAITING;
        told = false;
        leftOut = null;
        failure = null;
        failed = false;
        waitsForText = false;
        making = true;
        text.begin();
        clauses.begin(next);
        writer.begin(next.epoch);
    }

    private void stop() {
        clauses.close();
        reply = null;
        speaking = null;
        making = false;
        voiceWaitsSince = NOT_WAITING;
    }

    /** Nothing more is made of the reply. */
    private void fail(ReplyText current, Throwable cause) {
        clauses.close();
        speaking = null;
        voiceWaitsSince = NOT_WAITING;
        Throwable first = failure;
        if (first != null) {
            // What is left cannot even be written.
            tell(current, first);
            return;
        }
        failure = cause instanceof VoiceException
                ? cause
                : new VoiceException(
                        VoiceException.Code.SYNTHESIS, "voice " + synthesizer.voice() + " failed: " + cause, cause);
    }

    /** The reply ends when what is in the ring was played, and is cancelled then: until then it is held, and no other is begun. */
    private void tell(ReplyText current, Throwable cause) {
        making = false;
        if (!failed) {
            failed = true;
            current.voiceFailed(cause);
        }
    }

    /** Moves on by one piece of work; false if there is none until the next wake. */
    private boolean step(ReplyText current) {
        Throwable cause = failure;
        if (cause != null) {
            if (failed || !writer.holds() || writer.drain()) {
                tell(current, cause);
            }
            return false;
        }
        while (clauses.mayStart()) {
            TextSegment next = text.next(current);
            if (next == null) {
                break;
            }
            start(current, next);
        }
        if (!(writer.isDraining() ? writer.drain() : writer.pack())) {
            clauses.readAhead();
            return false;
        }
        ClauseAudio first = clauses.first();
        if (first == null) {
            return text.isOver() ? finish(current) : waitForText(current);
        }
        if (first != speaking) {
            beginClause(current, first);
        }
        if (first.buffered() > 0) {
            speak(current, first);
            return true;
        }
        if (!first.isEnded()) {
            return waitForVoice(first);
        }
        voiceWaitsSince = NOT_WAITING;
        Throwable broken = first.failure();
        if (broken != null) {
            fail(current, broken);
        } else {
            words(current, first);
            noteLeftOut(current, first);
            current.spoken.endClause(writer.position());
            clauses.removeFirst();
        }
        return true;
    }

    private void noteLeftOut(ReplyText current, ClauseAudio clause) {
        VoiceException why = clause.leftOut();
        if (why != null) {
            current.spoken.leaveOut();
            leftOut = leftOut == null ? why : leftOut;
        }
    }

    private void start(ReplyText current, TextSegment clause) {
        if (current.firstTextAt == Long.MIN_VALUE) {
            current.firstTextAt = clock.nanoTime();
        }
        clauses.start(clause);
    }

    private void beginClause(ReplyText current, ClauseAudio clause) {
        speaking = clause;
        clauseStart = writer.position();
        wordsGiven = 0;
        endKnown = false;
        current.spoken.beginClause(clause.text(), clauseStart);
        writer.beginClause();
        tellEnd(current, clause);
    }

    /** Without word times, what was heard depends on how long the clause is. */
    private void tellEnd(ReplyText current, ClauseAudio clause) {
        long expected = endKnown ? -1 : clause.expectedSamples();
        if (expected >= 0) {
            endKnown = true;
            current.spoken.expectEnd(clauseStart + writer.toOutput(expected));
        }
    }

    private void speak(ReplyText current, ClauseAudio clause) {
        waitsForText = false;
        making = true;
        voiceWaitsSince = NOT_WAITING;
        int samples = clause.pieceLength();
        writer.write(clause.piece(), clause.pieceAt(), samples);
        clause.taken(samples);
        current.spoken.produced(writer.produced());
        words(current, clause);
        tellEnd(current, clause);
    }

    /** Passes word times on when there are more than before. */
    private void words(ReplyText current, ClauseAudio clause) {
        List<WordTiming> words = clause.words();
        if (words.size() == wordsGiven) {
            return;
        }
        wordsGiven = words.size();
        List<WordTiming> placed = new ArrayList<>(words.size());
        for (WordTiming word : words) {
            placed.add(new WordTiming(
                    clauseStart + writer.toOutput(word.startSample()),
                    clauseStart + writer.toOutput(word.endSample()),
                    word.textBegin(),
                    word.textEnd()));
        }
        current.spoken.words(placed);
    }

    private boolean waitForVoice(ClauseAudio clause) {
        clauses.await();
        // What is in the frame waits for the rest of it: padding would be heard within a word.
        if (voiceWaitsSince == NOT_WAITING) {
            stalled = false;
            voiceWaitsSince = clock.nanoTime();
        } else if (stalled && clock.nanoTime() - voiceWaitsSince >= timeout.toNanos()) {
            throw new VoiceException(
                    VoiceException.Code.SYNTHESIS,
                    "voice " + synthesizer.voice() + " gave no audio for " + OptionValues.text(timeout)
                            + ": see synthesis.timeout");
        }
        // Before the first sound of a clause no word is parted: what is held back is spoken when all before it is about
        // to be over.
        return clause.samples() == 0 && writer.holds() && writer.isRingLow() && writer.drain();
    }

    /** The next clause is not there yet. What is held back is spoken when all before it is about to be over. */
    private boolean waitForText(ReplyText current) {
        waitsForText = true;
        TextSegment waiting = text.waiting();
        if (waiting != null) {
            start(current, waiting);
            return true;
        }
        making = false;
        return writer.holds() && writer.isRingLow() && writer.drain();
    }

    private boolean finish(ReplyText current) {
        VoiceException nothingSaid = leftOut;
        if (nothingSaid != null && writer.position() == 0) {
            fail(current, nothingSaid);
            return true;
        }
        if (writer.holds() && !writer.drain() || !writer.end()) {
            return false;
        }
        reply = null;
        making = false;
        return true;
    }
}
