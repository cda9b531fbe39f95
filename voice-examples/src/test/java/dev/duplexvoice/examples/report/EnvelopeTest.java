package dev.duplexvoice.examples.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class EnvelopeTest {
    @Test
    void shouldKeepExtremesWhenSamplesAreJoined() {
        Envelope envelope = Envelope.of(new short[] {0, 100, -200, 50, 0, 10}, 1000, 2);

        assertThat(envelope.stepSeconds()).isEqualTo(0.003);
        assertThat(envelope.peak()).isCloseTo(200 / 32768.0, within(1e-12));
        assertThat(envelope.points()).containsExactly(-127, 64, 0, 32);
    }

    @Test
    void shouldStayBoundedWhenAudioLastsAnHour() {
        Envelope envelope = Envelope.of(new short[3600 * 16_000], 16_000, 20_000);

        assertThat(envelope.points().length / 2).isBetween(19_000, 20_000);
        assertThat(envelope.stepSeconds() * envelope.points().length / 2).isCloseTo(3600, within(0.5));
    }

    @Test
    void shouldNotOverflowWhenSampleIsMostNegative() {
        Envelope envelope = Envelope.of(new short[] {Short.MIN_VALUE}, 1000, 10);

        assertThat(envelope.peak()).isEqualTo(1.0);
        assertThat(envelope.points()).containsExactly(-127, -127);
    }

    @Test
    void shouldBeEmptyWhenThereIsNoAudio() {
        Envelope envelope = Envelope.of(new short[0], 1000, 10);

        assertThat(envelope.peak()).isZero();
        assertThat(envelope.points()).isEmpty();
    }

    @Test
    void shouldKeepHighestProbabilityWhenWindowsAreJoined() {
        byte[] points = Envelope.ofProbabilities(new float[] {0, 1, 0.5f, 0.2f, Float.NaN}, 2);

        assertThat(points).containsExactly((byte) 255, (byte) 128, (byte) 0);
    }
}
