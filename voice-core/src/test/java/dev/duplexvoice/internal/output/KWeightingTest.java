package dev.duplexvoice.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KWeightingTest {
    private static final Offset<Double> LAST_DIGITS = within(1e-10);

    @Test
    void shouldHaveTheCoefficientsOfTheStandardAt48Kilohertz() {
        assertThat(KWeighting.shelf(48_000))
                .containsExactly(
                        new double[] {
                            1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585
                        },
                        LAST_DIGITS);
        assertThat(KWeighting.highPass(48_000))
                .containsExactly(new double[] {1, -2, 1, -1.99004745483398, 0.99007225036621}, LAST_DIGITS);
    }

    /** Gains of the standard's own filters at 48 kHz; other rates are to weigh alike, up to near half of them. */
    @ParameterizedTest
    @CsvSource({
        "48000, 0.1",
        "24000, 0.2",
        "16000, 0.3",
        "8000, 0.8",
    })
    void shouldWeighAlikeAtAnyRate(int rate, double most) {
        for (double hz : new double[] {60, 100, 400, 997, 2_000, 3_000}) {
            assertThat(gainDb(rate, hz)).as("%d Hz", (int) hz).isCloseTo(gainDb(48_000, hz), within(most));
        }
    }

    private static double gainDb(int rate, double hz) {
        KWeighting weighting = new KWeighting(rate);
        double in = 0;
        double out = 0;
        for (int i = 0; i < 2 * rate; i++) {
            double sample = Math.sin(2 * Math.PI * hz * i / rate);
            double weighted = weighting.next(sample);
            if (i >= rate) {
                in += sample * sample;
                out += weighted * weighted;
            }
        }
        return 10 * Math.log10(out / in);
    }
}
