package dev.duplexvoice.benchmarks.vocoder;

import dev.duplexvoice.nativecore.internal.NativeVocoder;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.util.function.LongSupplier;

/** The native core's decoder: frames in chunks, samples as they come. */
final class StreamedDecoder implements AutoCloseable {
    private final NativeVocoder vocoder;
    private final VocoderStream stream;
    private final LongSupplier clock;
    private final FloatBuffer frames;
    private final int count;
    private final FloatBuffer samples;
    private long firstAt;

    StreamedDecoder(Subject subject, FloatBuffer frames, int count, LongSupplier clock) {
        this.vocoder = NativeVocoder.open(subject.model());
        this.stream = vocoder.newStream(null);
        this.clock = clock;
        this.frames = frames;
        this.count = count;
        this.samples = Subject.floats(count * vocoder.samplesPerFrame());
    }

    /** Samples that a frame becomes. */
    static int samplesPerFrame(Subject subject) {
        try (NativeVocoder vocoder = NativeVocoder.open(subject.model())) {
            return vocoder.samplesPerFrame();
        }
    }

    /** All samples; the buffer is the same each time. */
    FloatBuffer run(int chunk) {
        firstAt = 0;
        stream.reset();
        int made = 0;
        for (int at = 0; at < count; at += chunk) {
            int some = Math.min(chunk, count - at);
            made += stream.push(frames.slice(at, frames.capacity() - at), some, count, room(made));
            if (firstAt == 0 && made > 0) {
                firstAt = clock.getAsLong();
            }
        }
        made += stream.flush(room(made));
        if (made != samples.capacity()) {
            throw new IllegalStateException(made + " samples in the place of " + samples.capacity());
        }
        return samples;
    }

    /** A push asks for room for all samples of its frames, though some of them are held back. */
    private FloatBuffer room(int made) {
        return samples.slice(made, samples.capacity() - made);
    }

    /** When the first samples of the last run were there. */
    long firstAt() {
        return firstAt;
    }

    long streamBytes() {
        return vocoder.streamBytes();
    }

    long weightBytes() {
        return vocoder.weightBytes();
    }

    @Override
    public void close() {
        stream.close();
        vocoder.close();
    }
}
