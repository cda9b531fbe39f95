package dev.duplexvoice.internal.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DcFilterTest {

    @ParameterizedTest
    @ValueSource(ints = {8_000, 16_000, 24_000, 48_000})
    void shouldRemoveAnOffsetAndKeepTheRest(int rate) {
        DcFilter filter = new DcFilter(rate);
        double sum = 0;
        double power = 0;
        int period = rate / 100;
        for (int i = 0; i < rate; i++) {
            float out = filter.next((float) (2_000 + 5_000 * Math.sin(2 * Math.PI * i / period)));
            if (i >= rate - 10 * period) {
                sum += out;
                power += out * out;
            }
        }
        assertThat(sum / (10 * period)).isCloseTo(0, within(1.0));
        // 100 Hz, the lowest notes of a man's voice, lose 0.04 dB.
        assertThat(10 * Math.log10(power / (10 * period) / (5_000.0 * 5_000 / 2)))
                .isBetween(-0.1, 0.01);
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 48_000})
    void shouldBe3DecibelDownAtItsCorner(int rate) {
        DcFilter filter = new DcFilter(rate);
        double power = 0;
        int period = (int) (rate / DcFilter.CORNER_HZ);
        for (int i = 0; i < 20 * period; i++) {
            float out = filter.next((float) (5_000 * Math.sin(2 * Math.PI * i / period)));
            if (i >= 10 * period) {
                power += out * out;
            }
        }
        assertThat(10 * Math.log10(power / (10 * period) / (5_000.0 * 5_000 / 2)))
                .isCloseTo(-3.01, within(0.05));
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 48_000})
    void shouldFallSilentWhenItsInputDoes(int rate) {
        DcFilter filter = new DcFilter(rate);
        filter.next(20_000);
        float out = 0;
        for (int i = 0; i < rate; i++) {
            out = filter.next(0);
        }
        assertThat(out).isZero();
    }
}
