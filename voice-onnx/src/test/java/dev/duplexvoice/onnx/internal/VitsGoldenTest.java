package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.onnx.OnnxDecoder;
import dev.duplexvoice.onnx.OnnxDevice;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two voices of the fixtures against the values that their whole graphs were found to give. */
class VitsGoldenTest {
    private static final float TOLERANCE = 1e-4f;

    @ParameterizedTest
    @ValueSource(strings = {"x_low", "medium"})
    void shouldSpeakTheGoldenSamplesChunkByChunk(String quality) {
        float[] golden = Fixtures.npy("vits/golden/" + quality + ".output.npy");
        try (VitsModel model = open(quality)) {
            for (int run = 0; run < 2; run++) { // the second run writes straight to the stream's memory
                List<float[]> chunks = speak(model, new Phrase(Fixtures.ids(), 30, List.of()));
                assertThat(chunks.size()).as("chunks").isGreaterThan(1);
                assertClose(joined(chunks), golden);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x_low", "medium"})
    void shouldTellWhenEachIdIsSpoken(String quality) {
        long[] frames = Fixtures.lastColumn("vits/golden/" + quality + ".durations.csv");
        try (VitsModel model = open(quality);
                RunStop stop = new RunStop();
                Utterance utterance = model.begin(new Phrase(Fixtures.ids(), 30, List.of()), 1f, stop)) {
            long[] ends = utterance.idEnds();
            assertThat(ends).hasSameSizeAs(frames);
            long sum = 0;
            for (int i = 0; i < frames.length; i++) {
                sum += frames[i] * 256;
                assertThat(ends[i]).as("end of id %d", i).isEqualTo(sum);
            }
            assertThat(utterance.samples()).isEqualTo(sum);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x_low", "medium"})
    void shouldBeCutBeforeTheDecoder(String quality) {
        GraphCut cut = GraphCut.find(OnnxReader.read(Fixtures.voice(quality)));
        assertThat(cut).isNotNull();
        assertThat(cut.frames()).isEqualTo("/Mul_7_output_0");
        assertThat(cut.channels()).isEqualTo(quality.equals("medium") ? 192 : 96);
        assertThat(cut.conditions()).isEmpty();
        assertThat(cut.durations()).isNotNull();
        assertThat(cut.field()).isEqualTo(new ReceptiveField(256, 11));
    }

    private static VitsModel open(String quality) {
        return VitsModel.open(
                OnnxReader.read(Fixtures.voice(quality)),
                Fixtures.withoutNoise(quality),
                0,
                OnnxDevice.CPU,
                1,
                DecoderWish.of(OnnxDecoder.ONNX));
    }

    static List<float[]> speak(SpeechModel model, Phrase phrase) {
        List<float[]> chunks = new ArrayList<>();
        try (RunStop stop = new RunStop();
                Utterance utterance = model.begin(phrase, 1f, stop)) {
            for (FloatBuffer chunk = utterance.next(); chunk != null; chunk = utterance.next()) {
                float[] samples = new float[chunk.remaining()];
                chunk.get(samples);
                chunks.add(samples);
            }
        }
        return chunks;
    }

    static float[] joined(List<float[]> chunks) {
        float[] all = new float[chunks.stream().mapToInt(chunk -> chunk.length).sum()];
        int at = 0;
        for (float[] chunk : chunks) {
            System.arraycopy(chunk, 0, all, at, chunk.length);
            at += chunk.length;
        }
        return all;
    }

    static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        float worst = 0;
        for (int i = 0; i < actual.length; i++) {
            worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
        }
        assertThat(worst).as("largest difference of %d samples", actual.length).isLessThan(TOLERANCE);
    }
}
