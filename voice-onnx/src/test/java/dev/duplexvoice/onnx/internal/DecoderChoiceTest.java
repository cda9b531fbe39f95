package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The native core, which these tests have, in the place of a graph's decoder. */
class DecoderChoiceTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"x_low", "medium"})
    void shouldSpeakTheGoldenSamplesWithTheNativeCore(String quality) {
        float[] golden = Fixtures.npy("vits/golden/" + quality + ".output.npy");
        try (VitsModel model = VitsModel.open(
                OnnxReader.read(Fixtures.voice(quality)),
                Fixtures.withoutNoise(quality),
                0,
                OnnxDevice.CPU,
                1,
                DecoderWish.of(OnnxDecoder.NATIVE))) {
            for (int run = 0; run < 2; run++) {
                List<float[]> chunks = VitsGoldenTest.speak(model, new Phrase(Fixtures.ids(), 30, List.of()));
                assertThat(chunks.get(0).length).as("first sound").isLessThan(8 * 256);
                VitsGoldenTest.assertClose(VitsGoldenTest.joined(chunks), golden);
            }
        }
    }

    @Test
    void shouldChooseTheNativeCoreWhereItIsProvenEqual() {
        assertThat(open(OnnxDecoder.AUTO)).isInstanceOf(VocoderDecoder.class);
        assertThat(open(OnnxDecoder.ONNX)).isInstanceOf(VitsDecoder.class);
    }

    @Test
    void shouldKeepToTheGraphWhereTheNativeCoreGivesSomethingElse() {
        OnnxModel model = OnnxReader.read(Fixtures.voice("x_low"));
        GraphCut cut = Objects.requireNonNull(GraphCut.find(model));
        OrtRuntime runtime = new OrtRuntime(model.file(), OnnxDevice.CPU, 1);
        PiperConfig config = Fixtures.withoutNoise("x_low");
        Wrong wrong = new Wrong(Objects.requireNonNull(Vocoder.find(model.file())));
        try (FrameDecoder chosen =
                DecoderChoice.choose(model, cut, config, runtime, DecoderWish.of(OnnxDecoder.AUTO), wrong)) {
            assertThat(chosen).isInstanceOf(VitsDecoder.class);
            assertThat(wrong.closed).isTrue();
        }
        Wrong asked = new Wrong(Objects.requireNonNull(Vocoder.find(model.file())));
        assertThatThrownBy(() ->
                        DecoderChoice.choose(model, cut, config, runtime, DecoderWish.of(OnnxDecoder.NATIVE), asked))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("decoder=native: ")
                .hasMessageContaining("samples differ by 0.00")
                .hasMessageEndingWith("choose decoder=onnx");
        assertThat(asked.closed).isTrue();
    }

    @Test
    void shouldSpeakAsTheSpeakerThatIsChosen() {
        TinyVits many = TinyVits.of(4);
        many.hifiGan = true;
        Path file = many.write(folder, "many");
        OnnxModel model = OnnxReader.read(file);
        PiperConfig config = PiperConfig.read(Path.of(file + ".json"), "many");
        Phrase phrase = new Phrase(new long[] {1, 2, 3, 4, 5, 6, 7, 8}, 4, List.of());
        List<float[]> spoken = new ArrayList<>();
        for (long speaker = 0; speaker < 2; speaker++) {
            try (VitsModel graph = VitsModel.open(
                            model, config, speaker, OnnxDevice.CPU, 1, DecoderWish.of(OnnxDecoder.ONNX));
                    VitsModel streaming = VitsModel.open(
                            model, config, speaker, OnnxDevice.CPU, 1, DecoderWish.of(OnnxDecoder.NATIVE))) {
                spoken.add(VitsGoldenTest.joined(VitsGoldenTest.speak(streaming, phrase)));
                VitsGoldenTest.assertClose(
                        spoken.get((int) speaker), VitsGoldenTest.joined(VitsGoldenTest.speak(graph, phrase)));
            }
        }
        assertThat(spoken.get(0)).isNotEqualTo(spoken.get(1));
    }

    @Test
    void shouldSayWhenTheNativeCoreIsAskedForAndCannotBe() {
        TinyVits renamed = TinyVits.single();
        renamed.firstWeight = "onnx::Conv_123";
        assertThatThrownBy(() -> open(renamed, "renamed"))
                .isInstanceOf(VoiceException.class)
                .hasMessageMatching("decoder=native: .*renamed.onnx has no decoder .*; choose decoder=onnx");
        assertThatThrownBy(() -> open(TinyVits.single(), "other"))
                .isInstanceOf(VoiceException.class)
                .hasMessageContaining("other.onnx");
    }

    private VitsModel open(TinyVits voice, String name) {
        Path file = voice.write(folder, name);
        PiperConfig config = PiperConfig.read(Path.of(file + ".json"), name);
        return VitsModel.open(OnnxReader.read(file), config, 0, OnnxDevice.CPU, 1, DecoderWish.of(OnnxDecoder.NATIVE));
    }

    private static FrameDecoder open(OnnxDecoder wanted) {
        OnnxModel model = OnnxReader.read(Fixtures.voice("x_low"));
        FrameDecoder decoder = DecoderChoice.open(
                model,
                Objects.requireNonNull(GraphCut.find(model)),
                Fixtures.withoutNoise("x_low"),
                new OrtRuntime(model.file(), OnnxDevice.CPU, 1),
                DecoderWish.of(wanted));
        decoder.close();
        return decoder;
    }

    /** One that is a little off in a single sample. */
    private static final class Wrong implements Vocoder {
        private final Vocoder right;
        boolean closed;

        Wrong(Vocoder right) {
            this.right = right;
        }

        @Override
        public String name() {
            return "wrong";
        }

        @Override
        public int channels() {
            return right.channels();
        }

        @Override
        public int samplesPerFrame() {
            return right.samplesPerFrame();
        }

        @Override
        public int conditionChannels() {
            return 0;
        }

        @Override
        public int lookAheadSamples() {
            return right.lookAheadSamples();
        }

        @Override
        public VocoderStream newStream(@Nullable FloatBuffer condition) {
            VocoderStream stream = right.newStream(condition);
            return new VocoderStream() {
                @Override
                public int push(FloatBuffer frames, int count, int stride, FloatBuffer samples) {
                    return stream.push(frames, count, stride, samples);
                }

                @Override
                public int flush(FloatBuffer samples) {
                    int made = stream.flush(samples);
                    samples.put(made - 1, samples.get(made - 1) + 0.002f);
                    return made;
                }

                @Override
                public void reset() {
                    stream.reset();
                }

                @Override
                public void close() {
                    stream.close();
                }
            };
        }

        @Override
        public void close() {
            closed = true;
            right.close();
        }
    }
}
