package dev.duplexvoice.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AudioFormatTest {

    @ParameterizedTest
    @CsvSource({"8000, 160", "16000, 320", "22050, 441", "24000, 480", "44100, 882", "48000, 960"})
    void shouldHaveFramesOf20Milliseconds(int rate, int samples) {
        AudioFormat format = new AudioFormat(rate);

        assertThat(format.frameSamples()).isEqualTo(samples);
        assertThat(format.nanos(samples)).isEqualTo(20_000_000);
        assertThat(format.samples(20_000_000)).isEqualTo(samples);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 11_025, 96_000})
    void shouldNameTheRatesWhenOneIsNotSupported(int rate) {
        assertThatThrownBy(() -> new AudioFormat(rate))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sampleRate=" + rate + ": use 8000, 16000, 22050, 24000, 44100 or 48000 Hz");
    }

    @Test
    void shouldBeExactWhenStreamsAreLong() {
        AudioFormat format = new AudioFormat(44_100);

        assertThat(format.nanos(1)).isEqualTo(22_675);
        assertThat(format.nanos(44_100L * 86_400)).isEqualTo(86_400_000_000_000L);
        assertThat(format.samples(86_400_000_000_000L)).isEqualTo(44_100L * 86_400);
        assertThat(format.samples(22_675)).isZero();
        assertThat(format.samples(22_676)).isEqualTo(1);
    }
}
