package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NativeResamplerTest {
    private static final int[] RATES = {8_000, 16_000, 22_050, 24_000, 44_100, 48_000};

    private final Random random = new Random(11);

    static Stream<Arguments> ratePairs() {
        return IntStream.of(RATES).boxed().flatMap(in -> IntStream.of(RATES).mapToObj(out -> Arguments.of(in, out)));
    }

    @ParameterizedTest
    @MethodSource("ratePairs")
    void shouldKeepTheLengthWhenChunksAreOfAnySize(int inputRate, int outputRate) {
        try (Resampler resampler = open(inputRate, outputRate)) {
            for (int samples : new int[] {0, 1, 7, 160, 4_801, 20_000}) {
                short[] output = convert(resampler, Signals.babble(samples, inputRate, samples));
                assertThat(output).hasSize((int) ceilDiv((long) samples * outputRate, inputRate));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("ratePairs")
    void shouldReproduceASineInPhaseWhenItsFrequencyFits(int inputRate, int outputRate) {
        try (Resampler resampler = open(inputRate, outputRate)) {
            short[] output = convert(resampler, Signals.sine(997, 10_000, inputRate, inputRate));
            short[] expected = Signals.sine(997, 10_000, outputRate, output.length);
            double error = 0;
            int edge = outputRate / 50;
            for (int i = edge; i < output.length - edge; i++) {
                error = Math.max(error, Math.abs(output[i] - expected[i]));
            }
            // 40 dB below the sine's peak.
            assertThat(error).isLessThan(100);
        }
    }

    @Test
    void shouldSuppressWhatTheLowerRateCannotHoldWhenGoingDown() {
        try (Resampler resampler = open(48_000, 16_000)) {
            short[] output = convert(resampler, Signals.sine(12_000, 10_000, 48_000, 48_000));
            assertThat(Signals.rms(Arrays.copyOfRange(output, 320, output.length - 320)))
                    .isLessThan(10);
        }
    }

    @Test
    void shouldStartAfreshWhenFlushedOrReset() {
        short[] input = Signals.babble(3, 44_100, 5_000);
        try (Resampler resampler = open(44_100, 16_000)) {
            short[] first = convert(resampler, input);
            assertThat(convert(resampler, input)).isEqualTo(first);
            resampler.process(input, 0, 777, new short[resampler.maxOutput(777)], 0);
            resampler.reset();
            assertThat(convert(resampler, input)).isEqualTo(first);
            assertThat(resampler.inputRate()).isEqualTo(44_100);
            assertThat(resampler.outputRate()).isEqualTo(16_000);
        }
    }

    @Test
    void shouldWriteAtTheOffsetOnlyWhenGivenOne() {
        short[] input = Signals.babble(5, 16_000, 1_000);
        try (Resampler resampler = open(16_000, 48_000)) {
            short[] output = new short[100 + resampler.maxOutput(900)];
            Arrays.fill(output, (short) 12_345);
            int made = resampler.process(input, 100, 900, output, 100);
            assertThat(Arrays.copyOf(output, 100)).containsOnly((short) 12_345);
            assertThat(Arrays.copyOfRange(output, 100 + made, output.length)).containsOnly((short) 12_345);
        }
    }

    @Test
    void shouldRefuseWhenMisused() {
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> open(11_025, 16_000))
                .withMessageContaining("11025");
        try (Resampler resampler = open(16_000, 48_000)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> resampler.process(new short[160], 0, 160, new short[480], 0))
                    .withMessageContaining("output.length=480");
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> resampler.process(new short[160], 1, 160, new short[4_000], 0));
        }
    }

    @Test
    void shouldRefuseWhenClosed() {
        Resampler resampler = open(16_000, 48_000);
        resampler.close();
        resampler.close();
        short[] output = new short[10_000];
        assertThatIllegalStateException()
                .isThrownBy(() -> resampler.process(new short[10], 0, 10, output, 0))
                .withMessage("resampler is closed");
        assertThatIllegalStateException().isThrownBy(() -> resampler.flush(output, 0));
        assertThatIllegalStateException().isThrownBy(resampler::reset);
    }

    /** A whole stream in chunks of random size, each checked against {@code maxOutput}. */
    private short[] convert(Resampler resampler, short[] input) {
        short[] output = new short[resampler.maxOutput(input.length) * 2 + 100_000];
        int made = 0;
        for (int used = 0; used < input.length; ) {
            int chunk = Math.min(1 + random.nextInt(2_500), input.length - used);
            int samples = resampler.process(input, used, chunk, output, made);
            assertThat(samples).isBetween(0, resampler.maxOutput(chunk));
            made += samples;
            used += chunk;
        }
        int rest = resampler.flush(output, made);
        assertThat(rest).isBetween(0, resampler.maxOutput(0));
        return Arrays.copyOf(output, made + rest);
    }

    private static long ceilDiv(long x, long y) {
        return (x + y - 1) / y;
    }

    private static Resampler open(int inputRate, int outputRate) {
        return new NativeVoiceProvider().openResampler(inputRate, outputRate);
    }
}
