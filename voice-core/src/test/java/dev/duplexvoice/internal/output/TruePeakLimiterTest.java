package dev.duplexvoice.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.duplexvoice.OutputProcessing;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TruePeakLimiterTest {
    private static final int[] RATES = {8_000, 16_000, 24_000, 48_000};

    private static OutputChain chain(int rate, float ceiling) {
        return new OutputChain(rate, new OutputProcessing(OutputProcessing.OFF, ceiling, false, Duration.ZERO));
    }

    /** In pieces of any size. */
    private static short[] limit(OutputChain chain, short[] samples, Random random) {
        short[] out = new short[samples.length + chain.delay()];
        short[] piece = new short[2_000];
        int at = 0;
        int to = 0;
        while (at < samples.length) {
            int length = Math.min(samples.length - at, 1 + random.nextInt(1_500));
            System.arraycopy(samples, at, piece, 0, length);
            int made = chain.process(piece, length);
            System.arraycopy(piece, 0, out, to, made);
            at += length;
            to += made;
        }
        int made = chain.drain(piece);
        System.arraycopy(piece, 0, out, to, made);
        return Arrays.copyOf(out, to + made);
    }

    /** Peaks between samples, 4 times as many values as samples: a sine at a quarter of the rate, 45 degrees off, is 3 dB up. */
    @ParameterizedTest
    @CsvSource({"12000, 0.7853981, 0.7", "997, 0, 0.1", "6000, 0.39, 0.2", "8000, 0.5, 0.3"})
    void shouldMeasureThePeakBetweenSamples(double hz, double phase, double most) {
        short[] sine = Signals.sine(48_000, hz, Signals.fullScale(-6), phase, 0.1);

        double peak = 20 * Math.log10(Signals.truePeak(sine, sine.length) / 32_768);
        assertThat(peak).isCloseTo(-6, within(most));
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, -3, -12, -20})
    void shouldNeverExceedTheCeilingWhateverComesIn(float ceiling) {
        double most = Signals.fullScale(ceiling);
        for (int seed = 0; seed < 120; seed++) {
            Random random = new Random(seed);
            int rate = RATES[seed % RATES.length];
            short[] signal = Signals.bursts(random, 12_000);
            short[] limited = limit(chain(rate, ceiling), signal, random);

            assertThat(limited).hasSameSizeAs(signal);
            // A whole number has its rounding: 2 of 32,768.
            assertThat(Signals.truePeak(limited, limited.length))
                    .as("seed %d at %d Hz", seed, rate)
                    .isLessThanOrEqualTo(most + 2);
        }
    }

    @Test
    void shouldLeaveSamplesAloneToTheBitWhenTheyAreBelowTheCeiling() {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            short[] signal = Signals.bursts(random, 10_000);
            for (int i = 0; i < signal.length; i++) {
                signal[i] /= 3;
            }
            int rate = RATES[seed % RATES.length];
            assertThat(limit(chain(rate, -1), signal, random)).isEqualTo(signal);
        }
    }

    @Test
    void shouldLeaveSamplesAloneAgainWhenAPeakIsLongPast() {
        short[] signal = Signals.sine(48_000, 440, 10_000, 0, 4);
        Arrays.fill(signal, 24_000, 24_010, Short.MAX_VALUE);
        short[] limited = limit(chain(48_000, -1), signal, new Random(1));

        // 2 ms of look-ahead and a filter before it, and the return behind it.
        assertThat(Arrays.copyOf(limited, 24_000 - 110)).isEqualTo(Arrays.copyOf(signal, 24_000 - 110));
        int later = 24_000 + 48_000;
        assertThat(Arrays.copyOfRange(limited, later, limited.length))
                .isEqualTo(Arrays.copyOfRange(signal, later, signal.length));
        assertThat(limited[24_005]).isLessThan((short) Signals.fullScale(-1));
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000, 24_000, 48_000})
    void shouldLookAheadByLessThan5Milliseconds(int rate) {
        assertThat(chain(rate, -1).delay()).isPositive().isLessThan(rate * 5 / 1_000);
    }

    @Test
    void shouldTurnALoudToneDownWithoutDistortingIt() {
        short[] tone = Signals.sine(48_000, 500, 32_000, 0, 1);
        short[] limited = limit(chain(48_000, -6), tone, new Random(1));

        // Once the gain has settled the tone is one with a smaller peak: what is left of it is small.
        double peak = 0;
        for (int i = 24_000; i < 48_000; i++) {
            peak = Math.max(peak, limited[i]);
        }
        double error = 0;
        double power = 0;
        for (int i = 24_000; i < 47_000; i++) {
            double expected = tone[i] * peak / 32_000;
            error += (limited[i] - expected) * (limited[i] - expected);
            power += expected * expected;
        }
        assertThat(20 * Math.log10(peak / 32_768)).isBetween(-6.4, -6.0);
        assertThat(10 * Math.log10(error / power)).isLessThan(-40);
    }

    @Test
    void shouldGoOnAtTheSameSampleWhenItWasDrainedInBetween() {
        OutputChain chain = chain(16_000, -1);
        short[] signal = Signals.sine(16_000, 300, 9_000, 0, 0.5);
        short[] first = limit(chain, Arrays.copyOf(signal, 3_000), new Random(1));
        short[] second = limit(chain, Arrays.copyOfRange(signal, 3_000, signal.length), new Random(2));

        assertThat(first).isEqualTo(Arrays.copyOf(signal, 3_000));
        assertThat(second).isEqualTo(Arrays.copyOfRange(signal, 3_000, signal.length));
    }
}
