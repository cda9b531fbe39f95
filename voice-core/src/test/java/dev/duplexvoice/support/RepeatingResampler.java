package dev.duplexvoice.support;

import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.spi.VoiceProvider;
import java.util.ArrayList;
import java.util.List;

/** Raises the rate by repeating samples, and is strict about use after close. */
public final class RepeatingResampler implements Resampler {
    private final int inputRate;
    private final int factor;
    public boolean closed;

    /** Opens resamplers whose output rate is a multiple of their input rate, and no others. */
    public static final class Provider implements VoiceProvider {
        public final List<RepeatingResampler> opened = new ArrayList<>();

        @Override
        public String name() {
            return "repeating";
        }

        @Override
        public Resampler openResampler(int inputRate, int outputRate) {
            if (outputRate % inputRate != 0) {
                return null;
            }
            RepeatingResampler resampler = new RepeatingResampler(inputRate, outputRate / inputRate);
            opened.add(resampler);
            return resampler;
        }
    }

    RepeatingResampler(int inputRate, int factor) {
        this.inputRate = inputRate;
        this.factor = factor;
    }

    @Override
    public int inputRate() {
        return inputRate;
    }

    @Override
    public int outputRate() {
        return inputRate * factor;
    }

    @Override
    public int process(short[] input, int inputOffset, int inputLength, short[] output, int outputOffset) {
        requireOpen();
        for (int i = 0; i < inputLength * factor; i++) {
            output[outputOffset + i] = input[inputOffset + i / factor];
        }
        return inputLength * factor;
    }

    @Override
    public int flush(short[] output, int outputOffset) {
        requireOpen();
        return 0;
    }

    @Override
    public int maxOutput(int inputLength) {
        return inputLength * factor;
    }

    @Override
    public void reset() {
        requireOpen();
    }

    @Override
    public void close() {
        closed = true;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the resampler is closed");
        }
    }
}
