package dev.duplexvoice.internal.vocoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BatchTimesTest {
    private final BatchTimes times = new BatchTimes();

    @Test
    void shouldExpectNothingOfADeviceThatItHasNotSeen() {
        assertThat(times.estimate(1)).isZero();
        assertThat(times.estimate(16_000)).isZero();
    }

    @Test
    void shouldExpectWhatItSaw() {
        times.took(100, 800);
        assertThat(times.estimate(100)).isEqualTo(800);
        assertThat(times.estimate(64)).as("a smaller one takes no longer").isEqualTo(800);
        assertThat(times.estimate(1)).isEqualTo(800);
        assertThat(times.estimate(200)).as("a larger one in proportion").isEqualTo(1_600);
        assertThat(times.estimate(512)).isEqualTo(6_400);
        times.took(600, 2_000);
        assertThat(times.estimate(200)).isEqualTo(2_000);
        assertThat(times.estimate(100)).isEqualTo(800);
    }

    @Test
    void shouldFollowADeviceThatBecomesSlower() {
        times.took(100, 800);
        for (int i = 0; i < 40; i++) {
            times.took(100, 1_600);
        }
        assertThat(times.estimate(100)).isBetween(1_580L, 1_600L);
    }
}
