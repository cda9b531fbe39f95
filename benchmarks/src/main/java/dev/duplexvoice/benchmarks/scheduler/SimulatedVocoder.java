package dev.duplexvoice.benchmarks.scheduler;

import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/** What a HiFi-GAN V2 at 22.05 kHz is to a scheduler; it computes nothing. */
final class SimulatedVocoder implements Vocoder {
    static final int HOP = 256;
    static final int RATE = 22_050;
    static final int LOOK_AHEAD_FRAMES = 13;

    @Override
    public String name() {
        return "simulated";
    }

    @Override
    public int channels() {
        return 1;
    }

    @Override
    public int samplesPerFrame() {
        return HOP;
    }

    @Override
    public int conditionChannels() {
        return 0;
    }

    @Override
    public int lookAheadSamples() {
        return LOOK_AHEAD_FRAMES * HOP;
    }

    @Override
    public int sampleRate() {
        return RATE;
    }

    @Override
    public VocoderStream newStream(@Nullable FloatBuffer condition) {
        throw new IllegalStateException("the simulated device has room for all of its streams");
    }

    @Override
    public void close() {}
}
