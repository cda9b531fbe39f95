package dev.duplexvoice.onnx.internal;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A phrase whose frames go through a vocoder's stream. A frame costs the same in a short push as in a long one, so pushes are short:
 * the first gives sound as soon as there can be any, and a phrase that is cut off costs little.
 */
final class StreamedUtterance implements Utterance {
    /** Frames of the first push, beside those that are looked ahead. */
    private static final int FIRST = 4;

    private static final int LONGEST = 32;

    private final VocoderStream stream;
    private final FloatBuffer frames;
    private final int count;
    private final int samplesPerFrame;
    private final long @Nullable [] idEnds;
    private final FloatBuffer samples;
    private final int longest;
    private int pushed;
    private int length;
    private boolean flushed;
    /** What was pushed is computed elsewhere. */
    private boolean pending;

    StreamedUtterance(
            Vocoder vocoder,
            FloatBuffer frames,
            int count,
            @Nullable FloatBuffer condition,
            float @Nullable [] durations) {
        this.frames = frames;
        this.count = count;
        this.samplesPerFrame = vocoder.samplesPerFrame();
        this.idEnds = IdEnds.of(durations, count, samplesPerFrame);
        int lookAhead = (vocoder.lookAheadSamples() + samplesPerFrame - 1) / samplesPerFrame;
        this.longest = Math.min(LONGEST, vocoder.framesAtOnce());
        this.length = Math.min(lookAhead + FIRST, vocoder.framesAtOnce());
        int room = Math.max(Math.max(length, longest) * samplesPerFrame, vocoder.lookAheadSamples());
        this.samples = ByteBuffer.allocateDirect(room * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        this.stream = vocoder.newStream(condition);
    }

    @Override
    public long samples() {
        return (long) count * samplesPerFrame;
    }

    @Override
    public long @Nullable [] idEnds() {
        return idEnds;
    }

    @Override
    public void neededIn(long nanos) {
        stream.neededIn(nanos);
    }

    @Override
    public @Nullable FloatBuffer next() {
        return given(null);
    }

    @Override
    public @Nullable FloatBuffer next(Runnable later) {
        return given(later);
    }

    /** @param later null if it is to be waited for */
    private @Nullable FloatBuffer given(@Nullable Runnable later) {
        int made = 0;
        if (pending) {
            made = stream.take(samples);
            pending = made == VocoderStream.LATER;
        }
        while (made == 0 && !flushed) {
            made = pushed < count ? push(later) : flush(later);
            pending = made == VocoderStream.LATER;
        }
        if (pending) {
            return LATER;
        }
        if (made == 0) {
            return null;
        }
        // Values of the network were too large for a float. As audio they would be silence, and nobody would know.
        for (int i = 0; i < made; i++) {
            if (Float.isNaN(samples.get(i))) {
                throw new VoiceException(
                        VoiceException.Code.SYNTHESIS,
                        "the voice's network made values that are no numbers of this phrase");
            }
        }
        return samples.slice(0, made);
    }

    private int push(@Nullable Runnable later) {
        int some = Math.min(length, count - pushed);
        FloatBuffer from = frames.slice(pushed, frames.limit() - pushed);
        length = pushed == 0 ? Math.min(longest, 2 * FIRST) : Math.min(longest, 2 * length);
        pushed += some;
        return later == null ? stream.push(from, some, count, samples) : stream.push(from, some, count, samples, later);
    }

    private int flush(@Nullable Runnable later) {
        flushed = true;
        return later == null ? stream.flush(samples) : stream.flush(samples, later);
    }

    @Override
    public void close() {
        stream.close();
    }
}
