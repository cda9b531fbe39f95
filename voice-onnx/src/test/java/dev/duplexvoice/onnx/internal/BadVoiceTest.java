package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.VoiceException.Code;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.onnx.PiperVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Voices that cannot be: one error each, which says what is wrong. */
class BadVoiceTest {
    @TempDir
    private Path folder;

    private static void assertRefused(PiperVoice voice, Code code, String message) {
        assertThatThrownBy(() -> voice.open().close()).isInstanceOfSatisfying(VoiceException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(message).hasMessageNotContaining("\n");
        });
    }

    private Path voiceWith(String from, String to) throws IOException {
        Path file = TinyVits.of(4).write(folder, "voice");
        Path json = Path.of(file + ".json");
        String text = Files.readString(json);
        assertThat(text).contains(from);
        TinyOnnx.text(json, text.replace(from, to));
        return file;
    }

    private void assertConfigRefused(String from, String to, Code code, String message) throws IOException {
        assertRefused(PiperVoice.of(voiceWith(from, to)), code, message);
    }

    @Test
    void shouldRefuseFilesThatAreNotThere() throws IOException {
        Path missing = folder.resolve("missing.onnx");
        assertRefused(PiperVoice.of(missing), Code.NOT_FOUND, "model=" + missing + ": there is no such file");
        assertRefused(PiperVoice.of(folder), Code.NOT_FOUND, "model=" + folder + ": there is no such file");
        Path file = TinyVits.single().write(folder, "voice");
        Files.delete(Path.of(file + ".json"));
        assertRefused(PiperVoice.of(file), Code.NOT_FOUND, "config=" + file + ".json: there is no such file");
    }

    @Test
    void shouldRefuseAModelThatIsNotWhole() throws IOException {
        Path file = TinyVits.single().write(folder, "voice");
        byte[] all = Files.readAllBytes(file);
        for (int length = 0; length < all.length; length++) {
            Files.write(file, Arrays.copyOf(all, length));
            try {
                OnnxReader.read(file);
                // The version of the operators is the last field; without it ONNX Runtime has the word.
                assertThat(length).isGreaterThan(all.length - 10);
                assertRefused(PiperVoice.of(file), Code.MODEL, "model=" + file);
            } catch (VoiceException e) {
                assertThat(e.code()).isEqualTo(Code.MODEL);
                assertThat(e)
                        .hasMessage("model=" + file + ": is no ONNX model, or only a part of one; download it again");
            }
        }
    }

    @Test
    void shouldRefuseTheBeginningOfARealModel() throws IOException {
        byte[] all = Files.readAllBytes(Fixtures.voice("x_low"));
        Path json = Fixtures.file("vits/en_US-random-x_low.onnx.json");
        for (int length : new int[] {1, 1_000, 1_000_000, all.length / 2, all.length - 1}) {
            Path part = Files.write(folder.resolve("part.onnx"), Arrays.copyOf(all, length));
            assertRefused(
                    PiperVoice.of(part).config(json).pronouncer(new LetterPronouncer()), Code.MODEL, "model=" + part);
        }
    }

    @Test
    void shouldRefuseWhatIsNoModel() throws IOException {
        Path file = TinyVits.single().write(folder, "voice");
        for (String content :
                new String[] {"", "Not found", "<!DOCTYPE html><html></html>", "version https://git-lfs"}) {
            Files.write(file, content.getBytes(StandardCharsets.UTF_8));
            assertRefused(PiperVoice.of(file), Code.MODEL, "model=" + file);
        }
    }

    @Test
    void shouldRefuseOrSpeakButNeverFailOtherwiseWhenBytesAreWrong() throws IOException {
        Path file = TinyVits.single().write(folder, "voice");
        byte[] all = Files.readAllBytes(file);
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            byte[] damaged = all.clone();
            for (int n = 0; n < 1 + i % 4; n++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            try (SpeechSynthesizer voice = PiperVoice.of(file).open()) {
                VoiceStreamTest.all(voice.start(SynthesisRequest.of("hello"), () -> {}));
            } catch (VoiceException e) {
                assertThat(e.code()).isIn(Code.MODEL, Code.UNSUPPORTED, Code.SYNTHESIS);
                assertThat(e).hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void shouldRefuseAModelOfAnotherKind() {
        Path kokoro = TinyKokoro.model(folder.resolve("kokoro.onnx"));
        TinyOnnx.text(folder.resolve("kokoro.onnx.json"), TinyVits.single().json());
        assertRefused(PiperVoice.of(kokoro), Code.MODEL, "has no input input; it is no Piper voice");
    }

    @Test
    void shouldRefuseWeightsInAnotherFile() {
        TinyOnnx graph = new TinyOnnx()
                .input("input", OnnxModel.INT64, 1, -1)
                .output("output", 1, 1, -1)
                .externalFloats("dec.conv_pre.weight", 8, 6, 7);
        Path file = graph.write(folder.resolve("outside.onnx"));
        TinyOnnx.text(folder.resolve("outside.onnx.json"), TinyVits.single().json());
        assertRefused(PiperVoice.of(file), Code.UNSUPPORTED, "keeps dec.conv_pre.weight in a file of its own");
    }

    @Test
    void shouldRefuseAModelThatOnnxRuntimeDoes() {
        Path file = new TinyOnnx()
                .input("input", OnnxModel.INT64, 1, -1)
                .input("input_lengths", OnnxModel.INT64, 1)
                .input("scales", OnnxModel.FLOAT, 3)
                .output("output", 1, 1, -1)
                .node("NoSuchOperation", List.of("scales"), "output")
                .write(folder.resolve("odd.onnx"));
        TinyOnnx.text(folder.resolve("odd.onnx.json"), TinyVits.single().json());
        assertRefused(PiperVoice.of(file), Code.MODEL, "model=" + file + ": ONNX Runtime cannot load it: ");
    }

    @Test
    void shouldRefuseAConfigurationThatIsNone() throws IOException {
        Path file = TinyVits.single().write(folder, "voice");
        Path json = Path.of(file + ".json");
        TinyOnnx.text(json, "{\"audio\": ");
        assertRefused(PiperVoice.of(file), Code.MODEL, "config=" + json + ": is no JSON: ");
        TinyOnnx.text(json, "[1]");
        assertRefused(PiperVoice.of(file), Code.MODEL, "config=" + json + ": is no JSON object");
        TinyOnnx.text(json, "");
        assertRefused(PiperVoice.of(file), Code.MODEL, "config=" + json + ": is no JSON object");
    }

    @Test
    void shouldRefuseAConfigurationThatLacksSomething() throws IOException {
        assertConfigRefused("{\"sample_rate\": 16000}", "{}", Code.MODEL, "audio.sample_rate is missing");
        assertConfigRefused(
                "16000",
                "\"fast\"",
                Code.MODEL,
                "audio.sample_rate=\"fast\" must be a whole number from 8000 to 48000");
        assertConfigRefused("16000", "0", Code.MODEL, "audio.sample_rate=0 must be a whole number from 8000 to 48000");
        assertConfigRefused(
                "\"length_scale\": 1",
                "\"length_scale\": -1",
                Code.MODEL,
                "inference.length_scale=-1 must be a number");
        assertConfigRefused("\"^\": [1]", "\"~\": [1]", Code.MODEL, "phoneme_id_map has no \"^\"");
        assertConfigRefused("\"b\": [7]", "\"b\": 7", Code.MODEL, "phoneme_id_map[\"b\"]=7 is no list of ids");
        for (String id : new String[] {"18446744073709551617", "7.0", "\"7\""}) {
            assertConfigRefused(
                    "\"b\": [7]",
                    "\"b\": [" + id + "]",
                    Code.MODEL,
                    "phoneme_id_map[\"b\"]=[" + id + "] is no list of ids");
        }
        assertConfigRefused(
                "\"anna\": 1",
                "\"anna\": 18446744073709551617",
                Code.MODEL,
                "speaker_id_map[\"anna\"]=18446744073709551617 is no speaker: num_speakers=4");
        assertConfigRefused("\"b\": [7]", "\"b\": [-7]", Code.MODEL, "phoneme_id_map[\"b\"]=[-7] is no list of ids");
        assertConfigRefused(
                "\"phoneme_type\": \"text\"", "\"phoneme_type\": \"pinyin\"", Code.UNSUPPORTED, "phoneme_type=pinyin");
    }

    @Test
    void shouldRefuseAConfigurationThatIsNotTheModels() throws IOException {
        assertConfigRefused(
                "\"num_speakers\": 4",
                "\"num_speakers\": 1",
                Code.MODEL,
                "speaker_id_map[\"anna\"]=1 is no speaker: num_speakers=1");
        assertConfigRefused(
                "\"num_speakers\": 4, \"speaker_id_map\": {\"anna\": 1, \"bert\": 2}",
                "\"num_speakers\": 1",
                Code.MODEL,
                "num_speakers=1, but " + folder.resolve("voice.onnx") + " takes a speaker (input sid)");
        assertConfigRefused(
                "\"num_speakers\": 4",
                "\"num_speakers\": 5",
                Code.MODEL,
                "num_speakers=5, but " + folder.resolve("voice.onnx"));
        assertConfigRefused(
                "\"z\": [31]",
                "\"z\": [40]",
                Code.MODEL,
                "phoneme_id_map[\"z\"] has id 40, but " + folder.resolve("voice.onnx") + " knows 40 symbols");
        for (int count : new int[] {39, 41}) {
            assertConfigRefused(
                    "\"num_speakers\": 4",
                    "\"num_symbols\": " + count + ", \"num_speakers\": 4",
                    Code.MODEL,
                    "num_symbols=" + count + ", but " + folder.resolve("voice.onnx")
                            + " knows 40 symbols; the two are not of one voice, download both again");
        }
        PiperVoice.of(voiceWith("\"num_speakers\": 4", "\"num_symbols\": 40, \"num_speakers\": 4"))
                .open()
                .close();
        TinyVits single = TinyVits.single();
        single.speakers = 4;
        Path file = single.write(folder, "single");
        assertRefused(PiperVoice.of(file), Code.MODEL, "does not take a speaker (input sid)");
    }

    @Test
    void shouldRefuseASpeakerThatIsNotThere() {
        Path many = TinyVits.of(4).write(folder, "many");
        assertRefused(
                PiperVoice.of(many).speaker("carl"),
                Code.NOT_FOUND,
                "speaker=carl: voice many has no such speaker; use one of anna, bert, or a number from 0 to 3");
        assertRefused(PiperVoice.of(many).speaker("4"), Code.NOT_FOUND, "speaker=4: voice many has no such speaker");
        assertRefused(PiperVoice.of(many).speaker("-1"), Code.NOT_FOUND, "speaker=-1: voice many has no such speaker");
        Path single = TinyVits.single().write(folder, "single");
        assertRefused(
                PiperVoice.of(single).speaker("anna"),
                Code.NOT_FOUND,
                "speaker=anna: voice single has no such speaker; use 0");
    }

    @Test
    void shouldRefuseALanguageThatNobodyPronounces() throws IOException {
        Path file = voiceWith("\"phoneme_type\": \"text\"", "\"espeak\": {\"voice\": \"xx-yy\"}");
        assertRefused(PiperVoice.of(file), Code.UNAVAILABLE, "language=xx-yy: there is no pronouncer for it");
    }

    @Test
    void shouldRefuseCudaWhenThisOnnxRuntimeHasNone() {
        Path file = TinyVits.single().write(folder, "voice");
        assertRefused(
                PiperVoice.of(file).device(OnnxDevice.CUDA),
                Code.UNAVAILABLE,
                "device=CUDA: this ONNX Runtime computes on the CPU only; put"
                        + " com.microsoft.onnxruntime:onnxruntime_gpu in the place of onnxruntime");
        PiperVoice.of(file).device(OnnxDevice.AUTO).open().close();
    }

    @Test
    void shouldRefuseNumbersOfThreadsThatCannotBe() {
        assertThatThrownBy(() -> PiperVoice.of(folder).threads(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads=0: must be 1 to 256");
    }
}
