package dev.duplexvoice.onnx.internal;

import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** Audio that is made in one piece. */
final class WholeUtterance implements Utterance {
    private final FloatBuffer audio;

    /** That of a buffer which nobody else writes to. */
    WholeUtterance(FloatBuffer audio) {
        this.audio = audio;
        this.samples = audio.remaining();
    }

    private final long samples;

    @Override
    public long samples() {
        return samples;
    }

    @Override
    public long @Nullable [] idEnds() {
        return null;
    }

    @Override
    public @Nullable FloatBuffer next() {
        if (!audio.hasRemaining()) {
            return null;
        }
        FloatBuffer all = audio.slice();
        audio.position(audio.limit());
        return all;
    }

    @Override
    public void close() {}
}
