package dev.duplexvoice.vad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.SessionOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VadOptionsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0.1, 100, 100, 0, 'vad.threshold=0.0: must be 0.01 to 0.99'",
        "1, 0.1, 100, 100, 0, 'vad.threshold=1.0: must be 0.01 to 0.99'",
        "NaN, 0.1, 100, 100, 0, 'vad.threshold=NaN: must be 0.01 to 0.99'",
        "0.5, -0.1, 100, 100, 0, 'vad.hysteresis=-0.1: must be 0.0 to 0.9'",
        "0.5, 0.95, 100, 100, 0, 'vad.hysteresis=0.95: must be 0.0 to 0.9'",
        "0.5, 0.1, -1, 100, 0, 'vad.minSpeech=-1ms: must be 0ms to 10000ms'",
        "0.5, 0.1, 10001, 100, 0, 'vad.minSpeech=10001ms: must be 0ms to 10000ms'",
        "0.5, 0.1, 100, 10001, 0, 'vad.minSilence=10001ms: must be 0ms to 10000ms'",
        "0.5, 0.1, 100, 100, 2001, 'vad.padding=2001ms: must be 0ms to 2000ms'",
    })
    void shouldNameTheValueWhenItIsOutOfRange(
            float threshold, float hysteresis, long minSpeech, long minSilence, long padding, String message) {
        assertThatThrownBy(() -> new VadOptions(
                        threshold,
                        hysteresis,
                        Duration.ofMillis(minSpeech),
                        Duration.ofMillis(minSilence),
                        Duration.ofMillis(padding)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldAcceptTheEndsOfTheRanges() {
        VadOptions least = new VadOptions(0.01f, 0.9f, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        VadOptions most =
                new VadOptions(0.99f, 0, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(2));

        assertThat(least.negativeThreshold()).isEqualTo(0.01f);
        assertThat(most.negativeThreshold()).isEqualTo(0.99f);
        assertThat(VadOptions.OFFLINE.negativeThreshold()).isEqualTo(0.35f);
    }

    @ParameterizedTest
    @ValueSource(longs = {99, 24 * 3_600_000L + 1})
    void shouldNameTheValueWhenTheLongestSegmentIsOutOfRange(long millis) {
        assertThatThrownBy(() -> VadOptions.OFFLINE.withMaxSpeech(Duration.ofMillis(millis)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vad.maxSpeech=" + millis + "ms: must be 100ms to 86400000ms");
    }

    @Test
    void shouldRefuseALongestSegmentWhenInASession() {
        assertThatThrownBy(() -> SessionOptions.builder()
                        .vad(VadOptions.CONVERSATION.withMaxSpeech(Duration.ofSeconds(30)))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("vad.maxSpeech=PT30S: a session never cuts");
    }

    @Test
    void shouldRefuseWindowsOfNoSamples() {
        assertThatThrownBy(() -> new SpeechSegmenter(VadOptions.OFFLINE, 16_000, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("windowSamples=0: must be positive");
    }
}
