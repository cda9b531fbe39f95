package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.nativecore.WebRtcOptions;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebRtcDetectorTest {
    private static final NativeVoiceProvider PROVIDER = new NativeVoiceProvider();

    @ParameterizedTest
    @CsvSource({"8000, 10, 80", "16000, 20, 320", "32000, 30, 960", "48000, 30, 1440"})
    void shouldTakeFramesOfTheRateWhenOpened(int sampleRate, int frameMillis, int samples) {
        for (int aggressiveness = 0; aggressiveness <= 3; aggressiveness++) {
            try (VoiceActivityDetector detector =
                            PROVIDER.openWebRtc(new WebRtcOptions(aggressiveness, frameMillis), sampleRate);
                    VadBatch batch = detector.newBatch(1)) {
                assertThat(detector.windowSamples()).isEqualTo(samples);
                assertThat(detector.sampleRate()).isEqualTo(sampleRate);
                batch.submit(batch.acquire(), new short[samples], 0);
                assertThat(batch.run()).isEqualTo(1);
                assertThat(batch.probability(0)).isZero();
            }
        }
    }

    @Test
    void shouldHearLessWhenMoreAggressive() {
        short[] audio = Fixtures.wav("audio/jfk.wav");
        int before = Integer.MAX_VALUE;
        for (int aggressiveness = 0; aggressiveness <= 3; aggressiveness++) {
            int speech = speechWindows(audio, new WebRtcOptions(aggressiveness, 30));
            assertThat(speech).isBetween(100, Math.min(366, before));
            before = speech;
        }
    }

    private static int speechWindows(short[] audio, WebRtcOptions options) {
        int speech = 0;
        try (VoiceActivityDetector detector = PROVIDER.openWebRtc(options, 16_000);
                VadBatch batch = detector.newBatch(1)) {
            int caller = batch.acquire();
            for (int at = 0; at + detector.windowSamples() <= audio.length; at += detector.windowSamples()) {
                batch.submit(caller, audio, at);
                batch.run();
                speech += batch.probability(caller) == 1f ? 1 : 0;
            }
        }
        return speech;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11_025, 44_100})
    void shouldNameTheRateWhenItIsNotTaken(int sampleRate) {
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> PROVIDER.openDetector("webrtc", null, sampleRate))
                .withMessageContaining("sampleRate=" + sampleRate);
    }

    @Test
    void shouldNameTheValueWhenAnOptionIsWrong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebRtcOptions(4, 30))
                .withMessage("webrtc.aggressiveness=4: must be 0 to 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebRtcOptions(1, 15))
                .withMessage("webrtc.frameMillis=15: must be 10, 20 or 30");
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> PROVIDER.openDetector("webrtc", Path.of("m.onnx"), 16_000))
                .withMessageContaining("model=m.onnx");
    }
}
