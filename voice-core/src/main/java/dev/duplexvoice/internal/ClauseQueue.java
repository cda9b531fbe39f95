package dev.duplexvoice.internal;

import dev.duplexvoice.SynthesisOptions;
import dev.duplexvoice.VoiceOptions;
import dev.duplexvoice.telemetry.TelemetryEvent.Outcome;
import dev.duplexvoice.telemetry.TraceContext;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The clauses of a reply that the voice has been given, in their order: the one that is spoken and those after it. Clauses are begun
 * ahead so that a voice which takes time to begin, or computes elsewhere, does so while another is heard; audio is read ahead
 * so that one which computes when it is read may be late: by a task of its own, because a read may take longer than the ring
 * lasts. One thread at a time, but for {@link #cancel}.
 */
final class ClauseQueue {
    /** While nothing is missing a run makes as much audio as the ring takes until the next run: so much is made ahead for good. */
    private static final int READS_AHEAD = 2;

    private final SpeechSynthesizer synthesizer;
    private final VoiceOptions voice;
    private final ChunkPool pool;
    private final SynthesisTelemetry telemetry;
    private final Workers workers;
    private final Runnable readable;
    private final LongSupplier written;
    private final WakeableTask ahead;
    private final Runnable readOn = this::readAhead;
    private final int mostAhead;
    private final long mostBuffered;
    /** Changed under its own lock, which {@link #cancel} takes. */
    private final ArrayDeque<ClauseAudio> clauses = new ArrayDeque<>();

    private @Nullable ReplyText reply;
    /** One thread reads at a time. */
    private final AtomicBoolean reading = new AtomicBoolean();
    /** Whoever speaks has nothing left. */
    private volatile boolean awaited;

    /** @param written nanoseconds of audio that were taken from here and not played; any thread */
    ClauseQueue(
            SpeechSynthesizer synthesizer,
            VoiceOptions voice,
            SynthesisOptions options,
            ChunkPool pool,
            SynthesisTelemetry telemetry,
            Workers workers,
            Runnable readable,
            LongSupplier written) {
        this.synthesizer = synthesizer;
        this.voice = voice;
        this.pool = pool;
        this.telemetry = telemetry;
        this.workers = workers;
        this.readable = readable;
        this.written = written;
        this.mostAhead = options.ahead();
        this.ahead = new WakeableTask("voice " + synthesizer.voice() + " ahead", this::readSome, run -> {
            Runnable own = workers.own(run);
            return () -> workers.compute(own);
        });
        this.mostBuffered = options.buffer().toMillis() * synthesizer.sampleRate() / 1_000;
    }

    /** Whose clauses come now. */
    void begin(ReplyText next) {
        synchronized (clauses) {
            reply = next;
        }
    }

    /** The clause that is spoken; null if there is none. */
    @Nullable
    ClauseAudio first() {
        return clauses.peekFirst();
    }

    /** Whether another clause may be begun: one that comes later only when the first has audio, which nothing is to delay. */
    boolean mayStart() {
        ClauseAudio first = clauses.peekFirst();
        return first == null || clauses.size() <= mostAhead && (first.samples() > 0 || first.isEnded());
    }

    /** Gives the voice a clause. One that cannot be begun fails when its turn comes. */
    void start(TextSegment text) {
        ReplyText of;
        synchronized (clauses) {
            of = reply;
        }
        ClauseAudio clause = new ClauseAudio(
                text, synthesizer, pool, telemetry.begin(of, text.text().length()));
        SynthesisStream stream = null;
        TraceContext.Scope scope = clause.work.trace().enter();
        try {
            stream = synthesizer.start(new SynthesisRequest(text.text(), voice.rate(), voice.pitch()), readable);
        } catch (RuntimeException | Error e) {
            clause.failed(e);
        } finally {
            scope.close();
        }
        synchronized (clauses) {
            if (stream != null) {
                clause.started(stream);
            }
            clauses.addLast(clause);
        }
        if (of != null && of.isCancelled()) {
            // Cancelled while it was being begun: the cancel did not find it.
            clause.cancel();
        }
    }

    /** Whoever speaks has nothing left of the first clause: audio is read, and {@code readable} is run when there is some. */
    void await() {
        awaited = true;
        ahead.wake();
    }

    private ClauseAudio.Read readNow(ClauseAudio clause) {
        try {
            if (clause.isEnded()) {
                return ClauseAudio.Read.END;
            }
            ClauseAudio.Read read = clause.read(neededIn(clause));
            if (read == ClauseAudio.Read.END) {
                clause.closeStream();
                tell(clause);
            }
            return read;
        } finally {
            reading.set(false);
        }
    }

    /** For how long the caller has something to hear before this clause goes on. */
    private long neededIn(ClauseAudio clause) {
        long samples = 0;
        synchronized (clauses) {
            for (ClauseAudio one : clauses) {
                samples += one.buffered();
                if (one == clause) {
                    break;
                }
            }
        }
        return written.getAsLong() + samples * 1_000_000_000L / synthesizer.sampleRate();
    }

    private void tell(ClauseAudio clause) {
        // A clause that is left out was not synthesised: it would be one that took no time.
        Outcome outcome = clause.isCancelled() || clause.samples() == 0 ? Outcome.CANCELLED : Outcome.DONE;
        telemetry.over(clause, clause.failure() == null ? outcome : Outcome.FAILED);
    }

    /** Audio is to be made ahead. */
    void readAhead() {
        if (mostBuffered > 0) {
            ahead.wake();
        }
    }

    /** Reads in the first clause that has not ended, a little at a time, so that other sessions get their turn. */
    private void readSome() {
        for (int i = 0; i < READS_AHEAD; i++) {
            // It may have come between the look of whoever speaks and its wish.
            tellIfAwaited();
            ClauseAudio next = nextToRead();
            if (next == null || !reading.compareAndSet(false, true)) {
                return;
            }
            ClauseAudio.Read read = readNow(next);
            tellIfAwaited();
            if (read == ClauseAudio.Read.LATER) {
                return;
            }
        }
        workers.compute(readOn);
    }

    private void tellIfAwaited() {
        if (!awaited) {
            return;
        }
        ClauseAudio first;
        synchronized (clauses) {
            first = clauses.peekFirst();
        }
        if (first == null || first.buffered() > 0 || first.isEnded()) {
            awaited = false;
            readable.run();
        }
    }

    private @Nullable ClauseAudio nextToRead() {
        synchronized (clauses) {
            ClauseAudio first = clauses.peekFirst();
            if (awaited && first != null && !first.isEnded() && first.buffered() == 0) {
                return first;
            }
            long buffered = 0;
            ClauseAudio next = null;
            for (ClauseAudio clause : clauses) {
                buffered += clause.buffered();
                if (next == null && !clause.isEnded()) {
                    next = clause;
                }
            }
            return buffered < mostBuffered ? next : null;
        }
    }

    /** The first clause is done. */
    void removeFirst() {
        ClauseAudio done;
        synchronized (clauses) {
            done = clauses.removeFirst();
        }
        tell(done);
        telemetry.framed(done);
        done.close();
    }

    /** Ends all that is being synthesised. */
    void close() {
        List<ClauseAudio> given;
        synchronized (clauses) {
            given = List.copyOf(clauses);
            clauses.clear();
            reply = null;
        }
        for (ClauseAudio clause : given) {
            // One that has ended was told of; what is still made will not be wanted.
            telemetry.over(clause, clause.failure() == null ? Outcome.CANCELLED : Outcome.FAILED);
            telemetry.framed(clause);
            clause.close();
        }
    }

    /** Stops the voice if it is at work for this reply, so that a long read ends. Any thread. */
    void cancel(ReplyText cancelled) {
        synchronized (clauses) {
            if (reply == cancelled) {
                clauses.forEach(ClauseAudio::cancel);
            }
        }
    }
}
