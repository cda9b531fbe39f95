package dev.duplexvoice.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.TextSegment;
import dev.duplexvoice.tts.WordTiming;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A clause that is being synthesised: its stream, and what was read of it and not yet spoken. What a voice does wrong is found here.
 * One thread reads while another takes what was read.
 */
final class ClauseAudio {
    /** What a read brought. */
    enum Read {
        /** Samples. */
        AUDIO,
        /** None yet; the stream will say when. */
        LATER,
        /** The end, regular or not. */
        END
    }

    private static final Logger LOG = LoggerFactory.getLogger(SpeechPump.class);
    private static final int READS_PER_SECOND = 25;
    /** No voice speaks slower than a character a second, but for a few seconds of silence. */
    private static final int LONGEST_SECONDS = 30;

    private static final int SHOWN = 40;

    /** What telemetry is told of it. */
    final SynthesisTelemetry.Work work;

    private final TextSegment text;
    private final SpeechSynthesizer synthesizer;
    private final ChunkPool pool;
    private final int mostAtOnce;
    private final ArrayDeque<short[]> chunks = new ArrayDeque<>();
    /** Where the first chunk is to be read, and the last one filled. */
    private int headAt;

    private int tailFill = ChunkPool.CHUNK_SAMPLES;
    private int buffered;
    private long samples;
    private long computeNanos;
    private boolean ended;
    private List<WordTiming> words = List.of();
    private long expected = -1;
    private boolean wordsBroken;
    /** A thread is within the stream's read. */
    private boolean reading;

    private boolean closed;
    private @Nullable SynthesisStream stream;

    private volatile boolean cancelled;
    private @Nullable Throwable failure;
    /** Why it has no audio, if the voice can say nothing of it. */
    private @Nullable VoiceException leftOut;

    ClauseAudio(TextSegment text, SpeechSynthesizer synthesizer, ChunkPool pool, SynthesisTelemetry.Work work) {
        this.work = work;
        this.text = text;
        this.synthesizer = synthesizer;
        this.pool = pool;
        this.mostAtOnce = mostAtOnce(synthesizer.sampleRate());
    }

    /** Samples of one read or piece: 40 ms, as far as they fit into a chunk. */
    static int mostAtOnce(int sampleRate) {
        return Math.max(1, Math.min(ChunkPool.CHUNK_SAMPLES, sampleRate / READS_PER_SECOND));
    }

    /** From now on there is a stream to read. */
    void started(SynthesisStream opened) {
        work.cached(opened.isCached());
        synchronized (this) {
            stream = opened;
        }
    }

    /** It ends here, with what is there. */
    synchronized void failed(Throwable cause) {
        failure = cause;
        ended = true;
    }

    /**
     * Reads once, at most {@link #mostAtOnce}. One reader at a time; meanwhile what is there may be taken.
     *
     * @param neededIn as {@link SynthesisStream#neededIn} has it
     */
    Read read(long neededIn) {
        SynthesisStream from;
        short[] chunk;
        int at;
        synchronized (this) {
            from = stream;
            if (ended || from == null) {
                return Read.END;
            }
            if (tailFill == ChunkPool.CHUNK_SAMPLES) {
                chunks.addLast(pool.take());
                tailFill = 0;
            }
            chunk = chunks.getLast();
            at = tailFill;
            reading = true;
        }
        int got = 0;
        Throwable thrown = null;
        List<WordTiming> known = List.of();
        boolean unspeakable = false;
        long length = -1;
        long before = System.nanoTime();
        try {
            from.neededIn(neededIn);
            got = from.read(chunk, at, Math.min(mostAtOnce, ChunkPool.CHUNK_SAMPLES - at));
            if (got != 0) {
                known = Objects.requireNonNull(from.words(), "words are null");
                length = from.expectedSamples();
                unspeakable = got == SynthesisStream.END && from.isUnspeakable();
            }
        } catch (RuntimeException | Error e) {
            thrown = e;
        }
        long nanos = System.nanoTime() - before;
        synchronized (this) {
            reading = false;
            computeNanos += nanos;
            expected = length >= 0 ? length : expected;
            if (closed) {
                return Read.END;
            }
            int most = Math.min(mostAtOnce, ChunkPool.CHUNK_SAMPLES - at);
            return thrown == null ? took(got, most, known, unspeakable) : fail(thrown);
        }
    }

    private Read took(int got, int most, List<WordTiming> known, boolean unspeakable) {
        if (got > most || got < SynthesisStream.END) {
            return fail(broken("read returned " + got + ": it was asked for at most " + most + " samples"));
        }
        if (got == 0) {
            return Read.LATER;
        }
        if (got > 0) {
            tailFill += got;
            buffered += got;
            work.audio();
            samples += got;
            take(known, false);
            if (samples
                    > (long) synthesizer.sampleRate()
                            * (LONGEST_SECONDS + text.text().length())) {
                return fail(broken("made " + samples / synthesizer.sampleRate() + " s of audio of "
                        + text.text().length() + " characters and goes on"));
            }
            return Read.AUDIO;
        }
        // A clause that was cut off ends before its words do, and what was known of them still holds.
        take(known, !cancelled);
        ended = true;
        if (samples == 0 && !cancelled && text.text().codePoints().anyMatch(Character::isLetterOrDigit)) {
            VoiceException silent = broken("gave no audio for '" + shown() + "'");
            if (!unspeakable) {
                return fail(silent);
            }
            leftOut = silent;
        }
        return Read.END;
    }

    private Read fail(Throwable cause) {
        failed(cause);
        return Read.END;
    }

    private String shown() {
        String all = text.text();
        return all.length() <= SHOWN ? all : all.substring(0, SHOWN) + "...";
    }

    private VoiceException broken(String how) {
        return new VoiceException(VoiceException.Code.SYNTHESIS, "voice " + synthesizer.voice() + " " + how);
    }

    /** Word times decide which words count as heard, so those that cannot be are not used. */
    private void take(List<WordTiming> given, boolean last) {
        if (wordsBroken || given.size() == words.size() && !last) {
            return;
        }
        words = given;
        if (!isInOrder(given, last)) {
            wordsBroken = true;
            words = List.of();
            LOG.atWarn()
                    .addKeyValue("voice", synthesizer.voice())
                    .addKeyValue("text", shown())
                    .log("A voice gave word times that cannot be; its words are placed by their syllables");
        }
    }

    private boolean isInOrder(List<WordTiming> given, boolean last) {
        long longest =
                (long) synthesizer.sampleRate() * (LONGEST_SECONDS + text.text().length());
        // A voice may round the end of its last word up.
        long end = last ? samples + synthesizer.sampleRate() : longest;
        long sample = 0;
        int character = 0;
        for (WordTiming word : given) {
            if (word.startSample() < sample
                    || word.endSample() < word.startSample()
                    || word.endSample() > end
                    || word.textBegin() < character
                    || word.textEnd() < word.textBegin()) {
                return false;
            }
            sample = word.startSample();
            character = word.textBegin();
        }
        return true;
    }

    TextSegment text() {
        return text;
    }

    /** Samples that were read and not taken. */
    synchronized int buffered() {
        return buffered;
    }

    /** Samples that were read. */
    synchronized long samples() {
        return samples;
    }

    synchronized boolean isEnded() {
        return ended;
    }

    /** Why it ended before its end; null if it did not. */
    @Nullable
    synchronized Throwable failure() {
        return failure;
    }

    /** Why it has no audio, if the voice can say nothing of it; null if it can, or has failed. */
    @Nullable
    synchronized VoiceException leftOut() {
        return leftOut;
    }

    /** Words whose times are known. */
    synchronized List<WordTiming> words() {
        return words;
    }

    synchronized long computeNanos() {
        return computeNanos;
    }

    /** How long it will be, or would have been; -1 if that is not known. */
    synchronized long expectedSamples() {
        return ended && failure == null ? samples : expected;
    }

    /** Whether nobody wants it any more. */
    boolean isCancelled() {
        return cancelled;
    }

    /** The next piece of what is buffered, in the first chunk from {@link #pieceAt} on. */
    synchronized short[] piece() {
        return chunks.getFirst();
    }

    synchronized int pieceAt() {
        return headAt;
    }

    /** Samples of the piece, at most {@link #mostAtOnce}. */
    synchronized int pieceLength() {
        int filled = chunks.size() == 1 ? tailFill : ChunkPool.CHUNK_SAMPLES;
        return Math.min(mostAtOnce, filled - headAt);
    }

    /** So many samples of the piece were taken. */
    synchronized void taken(int count) {
        work.taken(count);
        headAt += count;
        buffered -= count;
        // Whoever reads writes behind what is there.
        boolean all = chunks.size() == 1 && headAt == tailFill && !reading;
        if (all || headAt == ChunkPool.CHUNK_SAMPLES) {
            pool.give(chunks.removeFirst());
            headAt = 0;
            if (all) {
                tailFill = ChunkPool.CHUNK_SAMPLES;
            }
        }
    }

    /** Makes the voice compute no more. Any thread. */
    void cancel() {
        cancelled = true;
        synchronized (this) {
            SynthesisStream open = stream;
            if (open != null) {
                open.cancel();
            }
        }
    }

    /** Frees the stream. What is buffered stays. */
    void closeStream() {
        SynthesisStream open;
        synchronized (this) {
            open = stream;
            stream = null;
        }
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

    /** Frees all; if another thread reads, the stream is stopped, and closed when that is over. */
    void close() {
        boolean read;
        synchronized (this) {
            read = reading;
            if (reading) {
                // It still writes into the last one.
                chunks.removeLast();
            }
            chunks.forEach(pool::give);
            chunks.clear();
            buffered = 0;
            headAt = 0;
            tailFill = ChunkPool.CHUNK_SAMPLES;
            ended = true;
            closed = true;
        }
        if (read) {
            cancel();
        } else {
            closeStream();
        }
    }
}
