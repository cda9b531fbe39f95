package dev.duplexvoice.internal;

import dev.duplexvoice.SynthesisOptions;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegment;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The clauses of a reply that the voice has been given, in their order: the one that is spoken and those after it. Clauses are begun
 * ahead so that a voice which takes time to begin, or computes elsewhere, does so while another is heard; audio is read ahead
 * so that one which computes when it is read may be late. One thread at a time, but for {@link #cancel}.
 */
final class ClauseQueue {
    private final SpeechSynthesizer synthesizer;
    private final ChunkPool pool;
    private final VoiceTelemetry telemetry;
    private final Runnable readable;
    private final int mostAhead;
    private final long mostBuffered;
    /** Changed under its own lock, which {@link #cancel} takes. */
    private final ArrayDeque<ClauseAudio> clauses = new ArrayDeque<>();

    private @Nullable ReplyText reply;

    ClauseQueue(
            SpeechSynthesizer synthesizer,
            SynthesisOptions options,
            ChunkPool pool,
            VoiceTelemetry telemetry,
            Runnable readable) {
        this.synthesizer = synthesizer;
        this.pool = pool;
        this.telemetry = telemetry;
        this.readable = readable;
        this.mostAhead = options.ahead();
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
        ClauseAudio clause = new ClauseAudio(text, synthesizer, pool);
        SynthesisStream stream = null;
        try {
            stream = synthesizer.start(SynthesisRequest.of(text.text()), readable);
        } catch (RuntimeException | Error e) {
            clause.failed(e);
        }
        ReplyText of;
        synchronized (clauses) {
            if (stream != null) {
                clause.started(stream);
            }
            clauses.addLast(clause);
            of = reply;
        }
        if (of != null && of.isCancelled()) {
            // Cancelled while it was being begun: the cancel did not find it.
            clause.cancel();
        }
    }

    /** Reads on in a clause. */
    ClauseAudio.Read read(ClauseAudio clause) {
        ClauseAudio.Read read = clause.read();
        if (read == ClauseAudio.Read.END) {
            clause.closeStream();
            if (clause.failure() == null) {
                telemetry.clauseSynthesized(
                        synthesizer.voice(),
                        clause.computeNanos(),
                        clause.samples() * 1_000_000_000L / synthesizer.sampleRate());
            }
        }
        return read;
    }

    /**
     * Reads once in the first clause that has not ended, if there is room.
     *
     * @return whether it is worth another call
     */
    boolean readAhead() {
        long buffered = 0;
        ClauseAudio next = null;
        for (ClauseAudio clause : clauses) {
            buffered += clause.buffered();
            if (next == null && !clause.isEnded()) {
                next = clause;
            }
        }
        return next != null && buffered < mostBuffered && read(next) != ClauseAudio.Read.LATER;
    }

    /** The first clause is done. */
    void removeFirst() {
        ClauseAudio done;
        synchronized (clauses) {
            done = clauses.removeFirst();
        }
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
        given.forEach(ClauseAudio::close);
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
