package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LoopMeterTest {
    private static final long MS = 1_000_000;
    private static final Offset<Double> ROUGHLY = Offset.offset(0.06);

    private final LoopMeter meter = new LoopMeter(0);

    /** Passes of this length, one every 20 ms. */
    private void work(long fromMillis, long toMillis, long passMillis) {
        for (long at = fromMillis; at < toMillis; at += 20) {
            meter.begin(at * MS);
            meter.end((at + passMillis) * MS);
        }
    }

    @Test
    void shouldBeZeroWhenItNeverWorked() {
        assertThat(meter.load(0)).isZero();
        assertThat(meter.load(10_000 * MS)).isZero();
    }

    @Test
    void shouldBeTheShareWorkedWhenItWorksSteadily() {
        work(0, 5_000, 5);

        assertThat(meter.load(5_000 * MS)).isCloseTo(0.25, ROUGHLY);
    }

    @Test
    void shouldFollowWithinASecondWhenTheWorkChanges() {
        work(0, 3_000, 19);
        assertThat(meter.load(3_000 * MS)).isCloseTo(0.95, ROUGHLY);

        work(3_000, 4_000, 2);
        assertThat(meter.load(4_000 * MS)).isCloseTo(0.1, ROUGHLY);
    }

    @Test
    void shouldForgetWhenNothingRunsAnyMore() {
        work(0, 3_000, 10);

        assertThat(meter.load(3_500 * MS)).isBetween(0.4, 0.6);
        assertThat(meter.load(4_001 * MS)).isZero();
    }

    @Test
    void shouldCountThePassThatGoesOn() {
        work(0, 3_000, 2);
        meter.begin(3_000 * MS);

        assertThat(meter.load(3_500 * MS)).isCloseTo(0.6, ROUGHLY);
        assertThat(meter.load(9_000 * MS)).isEqualTo(1);
    }

    @Test
    void shouldNotExceedOneWhenAPassWasLong() {
        meter.begin(0);
        meter.end(30_000 * MS);

        assertThat(meter.load(30_000 * MS)).isEqualTo(1);
    }
}
