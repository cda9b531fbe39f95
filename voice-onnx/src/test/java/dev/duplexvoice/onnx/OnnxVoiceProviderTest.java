package dev.duplexvoice.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.model.VoicePack;
import dev.duplexvoice.onnx.internal.TinyKokoro;
import dev.duplexvoice.onnx.internal.TinyVits;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxVoiceProviderTest {
    @TempDir
    private Path folder;

    private final OnnxVoiceProvider provider = new OnnxVoiceProvider();

    @Test
    void shouldBeFound() {
        assertThat(ServiceLoader.load(VoiceProvider.class)).hasAtLeastOneElementOfType(OnnxVoiceProvider.class);
        assertThat(provider.unavailable()).isNull();
        assertThat(provider.voices()).isEmpty();
        assertThat(provider.packFamilies()).containsExactly("vits", "kokoro");
    }

    @Test
    void shouldTakeNamesThatArePathsOfModels() {
        assertThat(provider.opens("voices/en_US-amy-medium.onnx")).isTrue();
        assertThat(provider.opens("amy.onnx#anna")).isTrue();
        assertThat(provider.opens("rms")).isFalse();
        assertThat(provider.opens("amy.onnx.json")).isFalse();
        assertThatThrownBy(() -> provider.openVoice("rms"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("voice=rms: must be the path of a file that ends with .onnx");
    }

    @Test
    void shouldOpenAVoiceByItsPathForAnEngine() {
        Path file = TinyVits.of(4).write(folder, "many");
        try (VoiceEngine engine = VoiceEngine.create()) {
            try (SpeechSynthesizer voice = engine.openVoice(file.toString())) {
                assertThat(voice.voice()).isEqualTo("many");
            }
            try (SpeechSynthesizer voice = engine.openVoice(file + "#anna")) {
                assertThat(voice.voice()).isEqualTo("many#anna");
            }
            assertThatThrownBy(() -> engine.openVoice(file + "#carl")).hasMessageContaining("speaker=carl");
        }
    }

    private VoicePack pack(String family, int sampleRate, Map<String, Path> files, Map<String, String> settings) {
        return new VoicePack("mine", family, folder, List.of("en-US"), sampleRate, "MIT", files, Set.of(), settings);
    }

    private Map<String, Path> vits() {
        Path file = TinyVits.of(4).write(folder, "many");
        return Map.of("model", file, "config", Path.of(file + ".json"));
    }

    @Test
    void shouldOpenAPackOfPipers() {
        try (SpeechSynthesizer voice =
                provider.openPack(pack("vits", 16_000, vits(), Map.of("speaker", "bert", "device", "cpu")))) {
            assertThat(voice.voice()).isEqualTo("mine");
        }
    }

    @Test
    void shouldRefuseAPackThatIsWrong() {
        assertRefused(pack("vits", 22_050, vits(), Map.of()), "sample_rate=22050 is wrong, its model speaks at 16000");
        assertRefused(pack("vits", 16_000, vits(), Map.of("threads", "many")), "threads=many must be a whole number");
        assertRefused(pack("vits", 16_000, vits(), Map.of("device", "tpu")), "device=tpu must be auto, cpu or cuda");
        assertRefused(
                pack("vits", 16_000, vits(), Map.of("decoder", "gpu")),
                "decoder=gpu must be auto, onnx, native or cuda");
        assertRefused(
                pack("vits", 16_000, vits(), Map.of("streams", "0")),
                "streams=0 must be a whole number from 1 to 65536");
        assertRefused(
                pack("vits", 16_000, Map.of("model", folder.resolve("many.onnx")), Map.of()),
                "has no file config; put it there and list it with role: config in metadata.yaml");
        assertThatThrownBy(() -> provider.openPack(pack("hmm", 16_000, vits(), Map.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("family=hmm");
    }

    private void assertRefused(VoicePack pack, String message) {
        assertThatThrownBy(() -> provider.openPack(pack))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.MODEL))
                .hasMessageContaining("voice pack mine")
                .hasMessageContaining(message);
    }

    @Test
    void shouldAskForAPronouncerWhenAPackIsKokoros() {
        Map<String, Path> files = Map.of(
                "model", TinyKokoro.model(folder.resolve("kokoro.onnx")),
                "config", TinyKokoro.vocabulary(folder.resolve("config.json")),
                "styles", TinyKokoro.styles(folder.resolve("af.bin"), 510));
        VoicePack german =
                new VoicePack("mine", "kokoro", folder, List.of("de-DE"), 24_000, "MIT", files, Set.of(), Map.of());
        assertThatThrownBy(() -> provider.openPack(german))
                .hasMessageContaining("language=de-DE: there is no pronouncer for it");
    }
}
