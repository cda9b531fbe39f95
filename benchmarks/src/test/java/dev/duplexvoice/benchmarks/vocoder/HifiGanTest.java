package dev.duplexvoice.benchmarks.vocoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HifiGanTest {
    private static final HifiGan TINY = new HifiGan(
            "tiny", true, 16, List.of(4, 2), List.of(8, 4), List.of(3, 5), List.of(List.of(1, 3), List.of(1, 2)));
    private static final HifiGan TINY_UNPAIRED = new HifiGan(
            "tiny, unpaired", false, 16, List.of(4), List.of(8), List.of(3, 5), List.of(List.of(1, 2), List.of(2, 6)));

    @TempDir
    private Path folder;

    /** The counts in the paper, in millions: 13.92, 0.92, 1.46. */
    @Test
    void shouldHaveThePublishedNumberOfParameters() {
        assertThat(parameters(HifiGan.V1)).isEqualTo(13_926_017);
        assertThat(parameters(HifiGan.V2)).isEqualTo(925_985);
        assertThat(parameters(HifiGan.V3)).isEqualTo(1_462_273);
    }

    private static long parameters(HifiGan shape) {
        AtomicLong count = new AtomicLong();
        HifiGan.Weights weights = new RandomWeights();
        shape.onnx((name, inputs, sizes) -> {
            float[] values = weights.of(name, inputs, sizes);
            count.addAndGet(values.length);
            return values;
        });
        return count.get();
    }

    @Test
    void shouldBeTheSameNetworkForTheNativeCoreAndForOnnxRuntime() {
        for (HifiGan shape : List.of(TINY, TINY_UNPAIRED)) {
            try (DecoderRace race = new DecoderRace(Subject.random(shape, folder), 0.2, List.of(DecoderRace.CHUNK))) {
                race.run(0, 2, 2);
                Figures figures = race.figures("any");
                assertThat(figures.difference()).isLessThan(1e-5);
                assertThat(figures.rounds()).isEqualTo(2);
                assertThat(figures.audioSeconds()).isBetween(0.2, 0.21);
                assertThat(figures.totalRatio()).isPositive().isFinite();
                assertThat(figures.firstMillis()).isPositive().isLessThanOrEqualTo(figures.realTimeFactor() * 1_000);
                assertThat(figures.streamBytes()).isPositive();
                assertThat(figures.weightBytes()).isGreaterThan(4 * parameters(shape));
            }
        }
    }

    @Test
    void shouldNotTimeAGeneratorThatIsSilent() {
        HifiGan.Weights nothing =
                (name, inputs, sizes) -> new float[new RandomWeights().of(name, inputs, sizes).length];
        byte[] graph = TINY.onnx(nothing);
        Path model = write("silent.onnx", graph);
        Subject subject = new Subject(
                "silent",
                model,
                ByteBuffer.allocateDirect(graph.length).put(graph).flip(),
                HifiGan.INPUT,
                HifiGan.OUTPUT,
                HifiGan.MELS,
                HifiGan.SAMPLE_RATE,
                0,
                1);
        try (DecoderRace race = new DecoderRace(subject, 0.1, List.of(DecoderRace.CHUNK))) {
            assertThatThrownBy(() -> race.run(0, 1, 1))
                    .isInstanceOf(VoiceException.class)
                    .hasMessage("silent: its waveform has a peak of 0.0 only, too little to compare; nothing is timed");
        }
    }

    @Test
    void shouldReadSafetensors() {
        Safetensors weights = new Safetensors(
                safetensors("{\"a\": {\"dtype\": \"F32\", \"shape\": [2], \"data_offsets\": [4, 12]}}", 1, 2, 3));
        assertThat(weights.of("a", 1, 2)).containsExactly(2, 3);
        assertThatThrownBy(() -> weights.of("a", 1, 3)).hasMessageContaining("a is not float32 of [3]");
        assertThatThrownBy(() -> weights.of("b", 1, 2)).hasMessageContaining("b is not float32 of [2]");
        Path text = write("text.safetensors", "no weights at all".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> new Safetensors(text)).hasMessageContaining("cannot be read as safetensors");
    }

    private Path safetensors(String header, float... values) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + text.length + values.length * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return write("some.safetensors", bytes.array());
    }

    private Path write(String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
