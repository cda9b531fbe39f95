package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.KokoroVoice;
import dev.duplexvoice.tts.Pronouncer;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KokoroTest {
    @TempDir
    private Path folder;

    private final Pronouncer pronouncer = new LetterPronouncer(Map.of("hello", List.of("həlˈoʊ")));

    private KokoroVoice voice(String styles) {
        return KokoroVoice.of(
                        TinyKokoro.model(folder.resolve("kokoro.onnx")),
                        TinyKokoro.vocabulary(folder.resolve("config.json")),
                        TinyKokoro.styles(folder.resolve(styles), 510))
                .pronouncer(pronouncer);
    }

    @Test
    void shouldGiveIdsBetweenZerosTheStyleOfTheirNumberAndTheSpeed() {
        for (String styles : List.of("af_heart.bin", "af_heart.npy")) {
            try (SpeechSynthesizer voice = voice(styles).open()) {
                assertThat(voice.voice()).isEqualTo("af_heart");
                assertThat(voice.sampleRate()).isEqualTo(24_000);
                short[] audio = VoiceStreamTest.all(voice.start(new SynthesisRequest("Hello.", 1.5f, 1f), () -> {}));
                // h ə l ˈ O . are six symbols, so the style is row 6.
                assertThat(audio).isEqualTo(pcm(0, .050f, .083f, .054f, .156f, .031f, .004f, 0, .006f, .15f));
            }
        }
    }

    @Test
    void shouldPartATextThatIsLongerThanItTakes() {
        try (SpeechSynthesizer voice = voice("af_heart.bin").open()) {
            String text = "hello ".repeat(200);
            short[] audio = VoiceStreamTest.all(voice.start(SynthesisRequest.of(text), () -> {}));
            // 1,199 symbols in three phrases, each between zeros, with its style and speed.
            assertThat(audio).hasSize(1_199 + 3 * 4);
        }
    }

    @Test
    void shouldHaveNoWordTimes() {
        try (SpeechSynthesizer voice = voice("af_heart.bin").open();
                SynthesisStream stream = voice.start(SynthesisRequest.of("Hello."), () -> {})) {
            assertThat(stream.read(new short[4], 0, 4)).isEqualTo(4);
            assertThat(stream.words()).isEmpty();
            assertThat(stream.expectedSamples()).isEqualTo(10);
        }
    }

    @Test
    void shouldRefuseWhatIsNoStyle() {
        Path model = TinyKokoro.model(folder.resolve("kokoro.onnx"));
        Path vocabulary = TinyKokoro.vocabulary(folder.resolve("config.json"));
        Path odd = TinyKokoro.write(folder.resolve("odd.bin"), new byte[1_000]);
        assertThatThrownBy(() -> KokoroVoice.of(model, vocabulary, odd)
                        .pronouncer(pronouncer)
                        .open())
                .isInstanceOf(VoiceException.class)
                .hasMessage(
                        "styles=" + odd + ": holds 1000 bytes, which are no rows of 256 float32; it is no style of a"
                                + " Kokoro voice");
        Path missing = folder.resolve("missing.bin");
        assertThatThrownBy(() -> KokoroVoice.of(model, vocabulary, missing)
                        .pronouncer(pronouncer)
                        .open())
                .hasMessage("styles=" + missing + ": there is no such file");
    }

    @Test
    void shouldRefuseAModelThatIsNoKokoro() {
        Path piper = TinyVits.single().write(folder, "piper");
        assertThatThrownBy(() -> KokoroVoice.of(
                                piper,
                                TinyKokoro.vocabulary(folder.resolve("config.json")),
                                TinyKokoro.styles(folder.resolve("s.bin"), 3))
                        .pronouncer(pronouncer)
                        .open())
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.MODEL))
                .hasMessage("model=" + piper + ": has no input input_ids or tokens; it is no Kokoro voice");
    }

    @Test
    void shouldRefuseAConfigurationWithoutSymbols() {
        Path empty = TinyOnnx.text(folder.resolve("empty.json"), "{}");
        assertThatThrownBy(() -> KokoroVoice.of(
                                TinyKokoro.model(folder.resolve("kokoro.onnx")),
                                empty,
                                TinyKokoro.styles(folder.resolve("s.bin"), 3))
                        .pronouncer(pronouncer)
                        .open())
                .hasMessage("config=" + empty + ": has no vocab, the ids of the voice's symbols");
    }

    private static short[] pcm(float... samples) {
        short[] pcm = new short[samples.length];
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) Math.round(samples[i] * 32_767f);
        }
        return pcm;
    }
}
