package dev.duplexvoice.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a worker tells of its speed. */
class RealTimeFactorTest {
    private final RealTimeFactor factor = new RealTimeFactor();

    private static long seconds(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void shouldBeTheComputingOfTheLastMinuteForItsAudio() {
        assertThat(factor.value(seconds(0))).as("nothing measured").isZero();
        factor.add(seconds(10), seconds(1), seconds(4));
        factor.add(seconds(10), seconds(1), seconds(4));
        factor.add(seconds(40), seconds(6), seconds(8));

        assertThat(factor.value(seconds(40))).isEqualTo(0.5);
        assertThat(factor.value(seconds(69))).isEqualTo(0.5);
        assertThat(factor.value(seconds(70))).as("the first second is out").isEqualTo(0.75);
        assertThat(factor.value(seconds(100))).as("all are out").isZero();
    }

    @Test
    void shouldNotCountASecondOfAnEarlierMinuteInThePlaceOfALaterOne() {
        factor.add(seconds(5), seconds(9), seconds(1));
        factor.add(seconds(5 + RealTimeFactor.SECONDS), seconds(1), seconds(2));

        assertThat(factor.value(seconds(5 + RealTimeFactor.SECONDS))).isEqualTo(0.5);
    }

    @Test
    void shouldCountOnAClockThatBeginsBelowZero() {
        factor.add(seconds(-5), seconds(1), seconds(2));
        factor.add(seconds(1), seconds(1), seconds(2));

        assertThat(factor.value(seconds(2))).isEqualTo(0.5);
    }
}
