package dev.duplexvoice.http;

import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Reads a stream as a session does: again when it is told to. */
final class Listened implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    final Semaphore readable = new Semaphore(0);
    final SynthesisStream stream;
    private final short[] piece = new short[480];

    Listened(HttpVoice voice, String text) {
        this(voice, SynthesisRequest.of(text));
    }

    Listened(HttpVoice voice, SynthesisRequest request) {
        stream = voice.start(request, readable::release);
    }

    /** The next samples; null at the end. */
    short[] next() {
        while (true) {
            int read = stream.read(piece, 0, piece.length);
            if (read != 0) {
                return read < 0 ? null : Arrays.copyOf(piece, read);
            }
            await();
        }
    }

    private void await() {
        try {
            if (!readable.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody said that there is more to read");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** So many samples. */
    short[] take(int count) {
        short[] all = new short[count];
        int at = 0;
        while (at < count) {
            int read = stream.read(all, at, count - at);
            if (read < 0) {
                throw new AssertionError("ended after " + at + " of " + count);
            }
            at += read;
            if (read == 0) {
                await();
            }
        }
        return all;
    }

    /** All samples that are left. */
    short[] rest() {
        short[] all = new short[0];
        for (short[] more = next(); more != null; more = next()) {
            all = Arrays.copyOf(all, all.length + more.length);
            System.arraycopy(more, 0, all, all.length - more.length, more.length);
        }
        return all;
    }

    static short[] all(HttpVoice voice, String text) {
        try (Listened listened = new Listened(voice, text)) {
            return listened.rest();
        }
    }

    @Override
    public void close() {
        stream.close();
    }
}
