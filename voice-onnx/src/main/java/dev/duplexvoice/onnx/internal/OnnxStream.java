package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.WordTiming;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The audio of a text, phrase after phrase. A read computes when what was computed before has been read. A close from another thread
 * cancels the read in progress, which then returns {@link #END} and frees the stream on its way out.
 */
final class OnnxStream implements SynthesisStream {
    private final SpeechModel model;
    private final List<Phrase> phrases;
    private final float rate;
    private final Runnable readable;
    private final SharedLife life;
    private final ReentrantLock lock = new ReentrantLock();
    private final RunStop stop = new RunStop();
    private volatile boolean cancelled;
    private volatile boolean closed;

    // What follows is under the lock.
    private List<WordTiming> words = List.of();
    private int nextPhrase;
    /** Samples of the phrases before the one that is being spoken. */
    private long before;

    private @Nullable Utterance utterance;
    private @Nullable FloatBuffer made;
    /** What the reader told since the last samples; -1 for nothing. */
    private long neededIn = -1;

    private boolean freed;

    /** A stream that lets go of the voice when it is freed. */
    OnnxStream(SpeechModel model, List<Phrase> phrases, float rate, Runnable readable, SharedLife life) {
        this.readable = readable;
        this.model = model;
        this.phrases = phrases;
        this.rate = rate;
        this.life = life;
    }

    @Override
    public int read(short[] buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.length);
        if (length == 0) {
            throw new IllegalArgumentException("length=0: must be at least 1");
        }
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("synthesis stream is closed");
            }
            while (!cancelled) {
                FloatBuffer ready = made;
                if (ready != null && ready.hasRemaining()) {
                    return Pcm.take(ready, buffer, offset, length);
                }
                if (!compute()) {
                    return END;
                }
                if (made == Utterance.LATER) {
                    return 0;
                }
            }
            return END;
        } catch (VoiceException e) {
            if (cancelled) {
                return END; // a run that was stopped ends so
            }
            throw e;
        } finally {
            leave();
        }
    }

    /** Makes more audio; false if all is made. */
    private boolean compute() {
        Utterance current = utterance;
        if (current != null) {
            if (neededIn >= 0) {
                current.neededIn(neededIn);
                neededIn = -1;
            }
            made = current.next(readable);
            if (made == null) {
                before += current.samples();
                utterance = null;
                current.close();
            }
            return true;
        }
        if (nextPhrase == phrases.size()) {
            return false;
        }
        Phrase phrase = phrases.get(nextPhrase++);
        Utterance begun = model.begin(phrase, rate, stop);
        utterance = begun;
        addWords(phrase, begun.idEnds());
        return true;
    }

    private void addWords(Phrase phrase, long @Nullable [] idEnds) {
        if (idEnds == null) {
            return;
        }
        List<WordTiming> all = new ArrayList<>(words);
        for (Phrase.Word word : phrase.words()) {
            long start = word.idBegin() == 0 ? 0 : idEnds[word.idBegin() - 1];
            all.add(new WordTiming(
                    before + start, before + idEnds[word.idEnd() - 1], word.textBegin(), word.textEnd()));
        }
        words = List.copyOf(all);
    }

    /** {@inheritDoc} Those of a phrase are known from its first samples on. */
    @Override
    public List<WordTiming> words() {
        lock.lock();
        try {
            return words;
        } finally {
            leave();
        }
    }

    /** {@inheritDoc} Known while the last phrase is being spoken, which is the only one of all but very long texts. */
    @Override
    public long expectedSamples() {
        lock.lock();
        try {
            Utterance current = utterance;
            if (nextPhrase < phrases.size()) {
                return -1;
            }
            return current == null ? before : before + current.samples();
        } finally {
            leave();
        }
    }

    @Override
    public void neededIn(long nanos) {
        lock.lock();
        try {
            neededIn = nanos;
        } finally {
            leave();
        }
    }

    @Override
    public boolean isUnspeakable() {
        return phrases.isEmpty();
    }

    @Override
    public void cancel() {
        cancelled = true;
        stop.stop();
    }

    @Override
    public void close() {
        cancel();
        closed = true;
        freeIfIdle();
    }

    private void leave() {
        lock.unlock();
        if (closed) {
            freeIfIdle();
        }
    }

    /** Whoever is inside frees when it leaves; waiting for it would hold the closing thread for as long as a chunk takes. */
    private void freeIfIdle() {
        if (lock.tryLock()) {
            try {
                free();
            } finally {
                lock.unlock();
            }
        }
    }

    private void free() {
        if (!freed) {
            freed = true;
            Utterance current = utterance;
            utterance = null;
            made = null;
            try {
                if (current != null) {
                    current.close();
                }
            } finally {
                stop.close();
                life.exit();
            }
        }
    }
}
