package dev.duplexvoice.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.vad.NoiseGate;
import dev.duplexvoice.vad.VadBatch;
import dev.duplexvoice.vad.VoiceActivityDetector;
import dev.duplexvoice.vad.VoiceActivityDetectorContract;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnergyDetectorTest extends VoiceActivityDetectorContract {
    private static final Providers PROVIDERS = new Providers(List.of());

    @Override
    protected VoiceActivityDetector open() {
        return PROVIDERS.detector("energy", null, 16_000);
    }

    private static short[] level(int level) {
        short[] samples = new short[512];
        Arrays.fill(samples, (short) level);
        return samples;
    }

    @Test
    void shouldFollowTheDocumentedFormulaWhenTheAgentListensOrSpeaks() {
        try (VoiceActivityDetector detector = open();
                VadBatch batch = detector.newBatch(1)) {
            int caller = batch.acquire();
            batch.submit(caller, level(200), 0);
            batch.run();
            assertThat(batch.probability(caller)).isEqualTo(0.5f);
            batch.activity(caller, NoiseGate.Activity.SPEAKING);
            batch.submit(caller, level(200), 0);
            batch.run();
            assertThat(batch.probability(caller)).isEqualTo(0.2f);
            batch.activity(caller, NoiseGate.Activity.BARGED_IN);
            batch.submit(caller, level(240), 0);
            batch.run();
            assertThat(batch.probability(caller)).isEqualTo(0.5f);
        }
    }

    @Test
    void shouldBeFoundByNameOnlyWhenNothingElseIsInstalled() {
        assertThat(PROVIDERS.detectors()).containsExactly("energy");
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> PROVIDERS.detector(null, null, 16_000))
                .withMessageContaining("voice-native");
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> PROVIDERS.detector("duplex", null, 16_000))
                .withMessageContaining("voice-native");
    }

    @Test
    void shouldNameTheValueWhenARateOrModelCannotBeUsed() {
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> PROVIDERS.detector("energy", null, 11_025))
                .withMessageContaining("sampleRate=11025");
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(() -> PROVIDERS.detector("energy", Path.of("m.onnx"), 16_000))
                .withMessageContaining("model=m.onnx");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BuiltInProvider().openDetector("other", null, 16_000))
                .withMessage("detector=other: built-in has [energy]");
    }
}
