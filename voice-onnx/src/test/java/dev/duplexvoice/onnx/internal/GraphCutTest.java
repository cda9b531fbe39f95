package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.OnnxDevice;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs that the fixtures have none of: with speakers, without a decoder that is known, with one that cannot be parted. */
class GraphCutTest {
    @TempDir
    private Path folder;

    @Test
    void shouldGiveTheDecoderItsSpeakerWhenThereAreMany() throws OrtException {
        Path file = TinyVits.of(4).write(folder, "many");
        GraphCut cut = GraphCut.find(OnnxReader.read(file));
        assertThat(cut).isNotNull();
        assertThat(cut.frames()).isEqualTo("z");
        assertThat(cut.conditions()).containsExactly("g"); // the speaker's vector, which every decoder knows
        assertThat(cut.durations()).isEqualTo("w_ceil");
        assertThat(cut.field()).isNotNull();

        Phrase phrase = phrase(900);
        float[] first = whole(file, phrase, 0L);
        float[] third = whole(file, phrase, 2L);
        assertThat(first).isNotEqualTo(third);
        for (long speaker : new long[] {0, 2}) {
            try (VitsModel model = open(file, speaker)) {
                List<float[]> chunks = VitsGoldenTest.speak(model, phrase);
                assertThat(chunks.size()).isGreaterThan(2);
                VitsGoldenTest.assertClose(VitsGoldenTest.joined(chunks), speaker == 0 ? first : third);
            }
        }
    }

    @Test
    void shouldGiveTheDecoderAlone() throws OrtException {
        DecoderPart part = DecoderPart.of(TinyVits.of(4).write(folder, "many"));
        assertThat(part.frames()).isEqualTo("z");
        assertThat(part.channels()).isEqualTo(6);
        assertThat(part.conditions()).containsExactly("g");
        try (OrtSession decoder = OrtEnvironment.getEnvironment().createSession(part.model())) {
            assertThat(decoder.getInputNames()).containsExactlyInAnyOrder("z", "g");
            assertThat(decoder.getOutputNames()).containsExactly(part.output());
        }
        TinyVits other = TinyVits.single();
        other.firstWeight = "vocoder.first";
        Path file = other.write(folder, "other");
        assertThatThrownBy(() -> DecoderPart.of(file))
                .isInstanceOf(VoiceException.class)
                .hasMessage("model=" + file + ": has no decoder that it can be cut at; give a Piper voice");
    }

    @Test
    void shouldEqualTheWholeForEveryLength() throws OrtException {
        Path file = TinyVits.single().write(folder, "voice");
        try (VitsModel model = open(file, 0)) {
            for (int ids = 1; ids < 420; ids += ids < 60 ? 1 : 17) {
                Phrase phrase = phrase(ids);
                VitsGoldenTest.assertClose(
                        VitsGoldenTest.joined(VitsGoldenTest.speak(model, phrase)), whole(file, phrase, null));
            }
        }
    }

    @Test
    void shouldFindTheContextThatTheDecoderNeeds() throws OrtException {
        Path file = TinyVits.single().write(folder, "voice");
        OnnxModel model = OnnxReader.read(file);
        GraphCut cut = GraphCut.find(model);
        assertThat(cut).isNotNull();
        ReceptiveField field = cut.field();
        assertThat(field).isNotNull();
        assertThat(field.samplesPerFrame()).isEqualTo(TinyVits.SAMPLES_PER_FRAME);
        // 3 of the first convolution, (5 + 3) / 4 of the others, 1 of the upsampling.
        assertThat(field.context()).isEqualTo(6);
        assertThat(decodedWithContext(model, cut, field.context())).isLessThan(1e-6f);
        assertThat(decodedWithContext(model, cut, field.context() - 1)).isGreaterThan(1e-6f);
    }

    /** How far the samples of 20 frames are off when the decoder is given so many more on each side of them. */
    private static float decodedWithContext(OnnxModel model, GraphCut cut, int context) throws OrtException {
        OrtRuntime runtime = new OrtRuntime(model.file(), OnnxDevice.CPU, 1);
        Random random = new Random(3);
        float[] frames = new float[cut.channels() * 100];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = random.nextFloat() * 2 - 1;
        }
        try (OrtSession session = runtime.part(
                OnnxWriter.write(model, cut.decoder(), List.of(), List.of(cut.frames()), List.of("output")), true)) {
            float[] all = decode(session, cut, frames, 0, 100);
            float[] some = decode(session, cut, frames, 40 - context, 60 + context);
            float worst = 0;
            for (int i = 40 * 4; i < 60 * 4; i++) {
                worst = Math.max(worst, Math.abs(all[i] - some[i - (40 - context) * 4]));
            }
            return worst;
        }
    }

    private static float[] decode(OrtSession session, GraphCut cut, float[] frames, int begin, int end)
            throws OrtException {
        int length = end - begin;
        float[] part = new float[cut.channels() * length];
        for (int channel = 0; channel < cut.channels(); channel++) {
            System.arraycopy(frames, channel * 100 + begin, part, channel * length, length);
        }
        OrtEnvironment environment = OrtRuntime.environment();
        try (OnnxTensor tensor = OnnxTensor.createTensor(
                        environment, FloatBuffer.wrap(part), new long[] {1, cut.channels(), length});
                OrtSession.Result result = session.run(Map.of(cut.frames(), tensor))) {
            return VitsDecoder.floats(result).array();
        }
    }

    @Test
    void shouldRunWholeWhenThereIsNoDecoderItKnows() throws OrtException {
        TinyVits voice = TinyVits.single();
        voice.firstWeight = "vocoder.first.weight";
        shouldSpeakInOnePiece(voice.write(folder, "other"));
    }

    @Test
    void shouldDecodeInOneRunWhenTheDecoderCannotBeParted() throws OrtException {
        TinyVits voice = TinyVits.single();
        voice.mixesTimes = true;
        Path file = voice.write(folder, "mixed");
        assertThat(GraphCut.find(OnnxReader.read(file)).field()).isNull();
        shouldSpeakInOnePiece(file);
    }

    private static void shouldSpeakInOnePiece(Path file) throws OrtException {
        Phrase phrase = phrase(300);
        try (VitsModel model = open(file, 0)) {
            List<float[]> chunks = VitsGoldenTest.speak(model, phrase);
            assertThat(chunks).hasSize(1);
            VitsGoldenTest.assertClose(chunks.get(0), whole(file, phrase, null));
        }
    }

    @Test
    void shouldHaveNoWordTimesWhenDurationsAreNotSeen() {
        TinyVits voice = TinyVits.single();
        voice.rounding = "Round";
        Path file = voice.write(folder, "rounded");
        assertThat(GraphCut.find(OnnxReader.read(file)).durations()).isNull();
        try (VitsModel model = open(file, 0);
                RunStop stop = new RunStop();
                Utterance utterance = model.begin(phrase(20), 1f, stop)) {
            assertThat(utterance.idEnds()).isNull();
        }
    }

    private static VitsModel open(Path file, long speaker) {
        PiperConfig config = PiperConfig.read(Path.of(file + ".json"), "tiny");
        return VitsModel.open(
                OnnxReader.read(file), config, speaker, OnnxDevice.CPU, 1, DecoderWish.of(OnnxDecoder.ONNX));
    }

    private static Phrase phrase(int ids) {
        Random random = new Random(ids);
        return new Phrase(random.longs(ids, 0, 32).toArray(), ids, List.of());
    }

    /** What ONNX Runtime makes of the file as it is. */
    private static float[] whole(Path file, Phrase phrase, Long speaker) throws OrtException {
        OrtEnvironment environment = OrtRuntime.environment();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        long[] ids = phrase.ids();
        inputs.put("input", OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), new long[] {1, ids.length}));
        inputs.put("input_lengths", OnnxTensor.createTensor(environment, new long[] {ids.length}));
        inputs.put("scales", OnnxTensor.createTensor(environment, new float[] {0.667f, 1f, 0.8f}));
        if (speaker != null) {
            inputs.put("sid", OnnxTensor.createTensor(environment, new long[] {speaker}));
        }
        try (OrtSession session = new OrtRuntime(file, OnnxDevice.CPU, 1).whole();
                OrtSession.Result result = session.run(inputs)) {
            return VitsDecoder.floats(result).array();
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }
}
