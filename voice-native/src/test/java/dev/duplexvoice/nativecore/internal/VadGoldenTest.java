package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VadGoldenTest {
    private static final float TOLERANCE = 1e-4f;

    @ParameterizedTest
    @CsvSource({
        "vad/silero_vad.onnx, 16000, audio/silero_test.wav, vad/silero_test.prob.csv",
        "vad/silero_vad.onnx, 16000, audio/jfk.wav, vad/jfk.prob.csv",
        "vad/silero_vad_16k_op15.onnx, 16000, audio/silero_test.wav, vad/silero_test.prob.csv",
        "vad/silero_vad_16k_op15.onnx, 16000, audio/jfk.wav, vad/jfk.prob.csv",
        "vad/silero_vad.onnx, 8000, vad/silero_test_8k.wav, vad/silero_test_8k.prob.csv",
    })
    void shouldGiveTheReferenceProbabilitiesWhenModelIsSileros(
            String model, int sampleRate, String audio, String golden) {
        float[] expected = Fixtures.probabilities(golden);
        try (VoiceActivityDetector detector =
                new NativeVoiceProvider().openDetector("silero", Fixtures.file(model), sampleRate)) {
            assertThat(probabilities(detector, Fixtures.wav(audio))).hasSize(expected.length);
            assertThat(probabilities(detector, Fixtures.wav(audio))).containsExactly(expected, within(TOLERANCE));
        }
    }

    @ParameterizedTest
    @CsvSource({"audio/silero_test.wav, vad/silero_test.prob.csv", "audio/jfk.wav, vad/jfk.prob.csv"})
    void shouldAgreeWithTheReferenceOnMostWindowsWhenModelIsEmbedded(String audio, String golden) {
        float[] reference = Fixtures.probabilities(golden);
        try (VoiceActivityDetector detector = new NativeVoiceProvider().openDetector("duplex", null, 16_000)) {
            float[] actual = probabilities(detector, Fixtures.wav(audio));
            int agreeing = 0;
            for (int i = 0; i < reference.length; i++) {
                agreeing += actual[i] >= 0.5f == reference[i] >= 0.5f ? 1 : 0;
            }
            assertThat(agreeing).isGreaterThan(reference.length * 9 / 10);
        }
    }

    /** The last, partial window is padded with zeros. */
    private static float[] probabilities(VoiceActivityDetector detector, short[] audio) {
        int window = detector.windowSamples();
        int windows = (audio.length + window - 1) / window;
        short[] padded = Arrays.copyOf(audio, windows * window);
        float[] probabilities = new float[windows];
        try (VadBatch batch = detector.newBatch(1)) {
            int caller = batch.acquire();
            for (int i = 0; i < windows; i++) {
                batch.submit(caller, padded, i * window);
                batch.run();
                probabilities[i] = batch.probability(caller);
            }
        }
        return probabilities;
    }
}
