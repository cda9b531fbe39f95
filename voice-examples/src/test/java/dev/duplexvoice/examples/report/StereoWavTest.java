package dev.duplexvoice.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StereoWavTest {
    @Test
    void shouldInterleaveAndPadWhenLengthsDiffer() throws Exception {
        byte[] wav = StereoWav.encode(new short[] {1, 2, 3}, 16_000, new short[] {-7}, 16_000);

        try (AudioInputStream in = AudioSystem.getAudioInputStream(new ByteArrayInputStream(wav))) {
            AudioFormat format = in.getFormat();
            assertThat(format.getSampleRate()).isEqualTo(16_000f);
            assertThat(format.getChannels()).isEqualTo(2);
            assertThat(format.getSampleSizeInBits()).isEqualTo(16);
            assertThat(in.getFrameLength()).isEqualTo(3);
            short[] samples = new short[6];
            ByteBuffer.wrap(in.readAllBytes())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer()
                    .get(samples);
            assertThat(samples).containsExactly(1, -7, 2, 0, 3, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 22_050, 24_000, 44_100, 48_000})
    void shouldKeepToneWhenRateIsConverted(int rate) {
        short[] out = StereoWav.resample(sine(440, rate, rate), rate);

        assertThat(out).hasSize(16_000);
        short[] expected = sine(440, 16_000, 16_000);
        for (int i = 200; i < out.length - 200; i++) {
            assertThat((double) out[i]).as("sample %d", i).isCloseTo(expected[i], within(60.0));
        }
    }

    @Test
    void shouldRemoveToneWhenNewRateCannotCarryIt() {
        short[] out = StereoWav.resample(sine(12_000, 48_000, 48_000), 48_000);

        for (int i = 200; i < out.length - 200; i++) {
            assertThat(Math.abs(out[i])).isLessThan((short) 60);
        }
    }

    private static short[] sine(double frequency, int rate, int length) {
        short[] pcm = new short[length];
        for (int i = 0; i < length; i++) {
            pcm[i] = (short) Math.round(10_000 * Math.sin(2 * Math.PI * frequency * i / rate));
        }
        return pcm;
    }
}
