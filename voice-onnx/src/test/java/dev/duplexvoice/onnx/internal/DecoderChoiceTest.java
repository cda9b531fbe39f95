package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.OnnxDevice;
import dev.duplexvoice.onnx.PiperVoice;
import dev.duplexvoice.tts.SpeechSynthesizer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import dev.duplexvoice.tts.Vocoder;
import dev.duplexvoice.tts.VocoderDevice;
import dev.duplexvoice.tts.VocoderStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static Wrong onGpu(float louder) {
        Wrong vocoder = new Wrong(
                Objects.requireNonNull(Vocoder.find(Fixtures.voice("x_low").toAbsolutePath())));
        vocoder.device = VocoderDevice.CUDA;
        vocoder.deviceAfter = VocoderDevice.CUDA;
        vocoder.off = 0;
        vocoder.louder = louder;
        return vocoder;
    }

    private static FrameDecoder choose(OnnxDecoder wanted, Vocoder vocoder) {
        OnnxModel model = OnnxReader.read(Fixtures.voice("x_low"));
        return DecoderChoice.choose(
                model,
                Objects.requireNonNull(GraphCut.find(model)),
                Fixtures.withoutNoise("x_low"),
                new OrtRuntime(model.file(), OnnxDevice.AUTO, 1),
                DecoderWish.of(wanted),
                vocoder);
    }

    @Test
    void shouldTakeAGpuThatIsFarAboveItsNoise() {
        try (FrameDecoder chosen = choose(OnnxDecoder.CUDA, onGpu(1.001f))) { // 60 dB
            assertThat(chosen).isInstanceOf(VocoderDecoder.class);
        }
        Wrong noisy = onGpu(1.01f); // 40 dB
        assertThatThrownBy(() -> choose(OnnxDecoder.CUDA, noisy))
                .isInstanceOf(VoiceException.class)
                .hasMessageMatching(
                        "decoder=cuda: .* samples are 40\\.0 dB above their noise, less than 50; choose decoder=onnx");
        assertThat(noisy.closed).isTrue();
        Wrong nothing = onGpu(Float.NaN);
        assertThatThrownBy(() -> choose(OnnxDecoder.CUDA, nothing)).isInstanceOf(VoiceException.class);
        assertThat(nothing.closed).isTrue();
    }

    @Test
    void shouldNotTakeTheCpuForAGpu() {
        Wrong onCpu = onGpu(1);
        onCpu.device = VocoderDevice.CPU;
        assertThatThrownBy(() -> choose(OnnxDecoder.CUDA, onCpu))
                .isInstanceOfSatisfying(
                        VoiceException.class, e -> assertThat(e.code()).isEqualTo(VoiceException.Code.UNAVAILABLE))
                .hasMessage("decoder=cuda: no GPU; or choose decoder=native");
        assertThat(onCpu.closed).isTrue();
        Wrong lost = onGpu(1);
        lost.deviceAfter = VocoderDevice.CPU;
        assertThatThrownBy(() -> choose(OnnxDecoder.CUDA, lost))
                .hasMessage("decoder=cuda: no GPU; or choose decoder=native");
        assertThat(lost.closed).isTrue();
    }

    /** The voice of four channels on the emulated GPU, its streams mixed, through what a session reads. */
    @Test
    void shouldSpeakOnTheGpuWhatTheGraphSpeaks() throws Exception {
        String plugin = System.getenv("VOICE_CUDA_PLUGIN");
        assumeTrue(plugin != null && Files.isRegularFile(Path.of(plugin)), "the emulated GPU was not built");
        TinyVits many = TinyVits.of(4);
        many.hifiGan = true;
        Path file = many.write(folder, "many");
        String text = "it is a long way, and nobody knows the end of it.";
        AtomicInteger later = new AtomicInteger();
        try (SpeechSynthesizer graph = PiperVoice.of(file)
                        .speaker("1")
                        .decoder(OnnxDecoder.ONNX)
                        .open();
                SpeechSynthesizer gpu = PiperVoice.of(file)
                        .speaker("1")
                        .decoder(OnnxDecoder.CUDA)
                        .streams(2)
                        .open()) {
            short[] expected = VoiceStreamTest.all(graph.start(SynthesisRequest.of(text), () -> {}));
            assertThat(expected.length).isGreaterThan(100);
            Semaphore readable = new Semaphore(0);
            short[] said = new short[expected.length + 1];
            try (SynthesisStream other = gpu.start(SynthesisRequest.of(text), () -> {});
                    SynthesisStream stream = gpu.start(SynthesisRequest.of(text), readable::release)) {
                other.read(new short[10], 0, 10);
                int size = 0;
                while (true) {
                    stream.neededIn(0);
                    int read = stream.read(said, size, said.length - size);
                    if (read == SynthesisStream.END) {
                        break;
                    }
                    if (read == 0) {
                        later.incrementAndGet();
                        readable.acquire();
                    }
                    size += read;
                }
                assertThat(size).isEqualTo(expected.length);
            }
            double signal = 0;
            double noise = 0;
            for (int i = 0; i < expected.length; i++) {
                signal += (double) expected[i] * expected[i];
                noise += Math.pow(expected[i] - said[i], 2);
            }
            assertThat(signal).isGreaterThan(1e5 * noise);
        }
        assertThat(later.get()).as("reads that did not wait").isPositive();
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

    /** One that is a little off in a single sample, or a little loud. */
    private static final class Wrong implements Vocoder {
        private final Vocoder right;
        VocoderDevice device = VocoderDevice.CPU;
        /** Where it is after its first stream. */
        VocoderDevice deviceAfter = VocoderDevice.CPU;

        float off = 0.002f;
        float louder = 1;
        boolean closed;

        Wrong(Vocoder right) {
            this.right = right;
        }

        @Override
        public VocoderDevice device() {
            return device;
        }

        @Override
        public String problem() {
            return device == VocoderDevice.CPU ? "no GPU" : null;
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
                    return loud(stream.push(frames, count, stride, samples), samples);
                }

                private int loud(int made, FloatBuffer samples) {
                    for (int i = 0; i < made; i++) {
                        samples.put(i, louder * samples.get(i));
                    }
                    return made;
                }

                @Override
                public int flush(FloatBuffer samples) {
                    int made = loud(stream.flush(samples), samples);
                    samples.put(made - 1, samples.get(made - 1) + off);
                    device = deviceAfter;
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
