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
    private int pushed;
    private int length;
    private boolean flushed;

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
        this.length = lookAhead + FIRST;
        int room = Math.max(length, LONGEST) * samplesPerFrame;
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
    public @Nullable FloatBuffer next() {
        int made = 0;
        while (made == 0 && pushed < count) {
            int some = Math.min(length, count - pushed);
            made = stream.push(frames.slice(pushed, frames.limit() - pushed), some, count, samples);
            length = pushed == 0 ? 2 * FIRST : Math.min(LONGEST, 2 * length);
            pushed += some;
        }
        if (made == 0 && !flushed) {
            flushed = true;
            made = stream.flush(samples);
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

    @Override
    public void close() {
        stream.close();
    }
}
