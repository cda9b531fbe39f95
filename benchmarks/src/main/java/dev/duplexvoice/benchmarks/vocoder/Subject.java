package dev.duplexvoice.benchmarks.vocoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.internal.DecoderPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A decoder that is timed.
 *
 * @param model the file that the native core reads
 * @param graph the same network for ONNX Runtime, in a direct buffer
 * @param input of the graph, float32 {@code [1, channels, frames]}
 * @param channels of a frame
 * @param mean of the frames' values, which are noise
 * @param deviation of the frames' values
 */
record Subject(
        String name,
        Path model,
        ByteBuffer graph,
        String input,
        String output,
        int channels,
        int sampleRate,
        double mean,
        double deviation) {
    /** About what the logarithms of a spectrum of speech are. */
    private static final double MEL_MEAN = -5;

    private static final double MEL_DEVIATION = 2;

    /**
     * The decoder of a Piper voice with one speaker, cut as in use.
     *
     * @throws VoiceException if it cannot be read or is none
     */
    static Subject voice(Path model) {
        DecoderPart part = DecoderPart.of(model);
        String name = String.valueOf(model.getFileName()).replaceFirst("\\.onnx$", "");
        if (!part.conditions().isEmpty()) {
            throw new VoiceException(
                    VoiceException.Code.UNSUPPORTED,
                    "model=" + model + ": its decoder takes " + part.conditions()
                            + ", too; give a voice of one speaker");
        }
        return new Subject(
                name, model, part.model(), part.frames(), part.output(), part.channels(), sampleRate(model), 0, 1);
    }

    private static int sampleRate(Path model) {
        Path config = Path.of(model + ".json");
        try {
            JsonNode rate =
                    new ObjectMapper().readTree(config.toFile()).path("audio").path("sample_rate");
            if (rate.asInt() > 0) {
                return rate.asInt();
            }
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, "config=" + config + ": cannot be read: give the voice's configuration", e);
        }
        throw new VoiceException(
                VoiceException.Code.MODEL, "config=" + config + ": has no audio.sample_rate; download it again");
    }

    /** HiFi-GAN with its real weights, in safetensors with a config.json beside it. */
    static Subject generator(HifiGan shape, Path weights) {
        return generator(shape, weights, shape.onnx(new Safetensors(weights)), MEL_MEAN, MEL_DEVIATION);
    }

    /** HiFi-GAN with random weights, in a file that is written to this folder. */
    static Subject random(HifiGan shape, Path folder) {
        byte[] graph = shape.onnx(new RandomWeights());
        Path model = folder.resolve(shape.name().replace(' ', '-') + ".onnx");
        try {
            Files.write(model, graph);
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO,
                    model + " cannot be written: make room there or set java.io.tmpdir: " + e.getMessage(),
                    e);
        }
        return generator(shape, model, graph, 0, 1);
    }

    private static Subject generator(HifiGan shape, Path model, byte[] graph, double mean, double deviation) {
        return new Subject(
                shape.name(),
                model,
                ByteBuffer.allocateDirect(graph.length).put(graph).flip(),
                HifiGan.INPUT,
                HifiGan.OUTPUT,
                HifiGan.MELS,
                HifiGan.SAMPLE_RATE,
                mean,
                deviation);
    }

    /** So many frames of noise, {@code [channels, count]}, the same each time. */
    FloatBuffer frames(int count) {
        SplittableRandom random = new SplittableRandom(1);
        FloatBuffer frames = floats(channels * count);
        for (int i = 0; i < frames.capacity(); i++) {
            frames.put(i, (float) (mean + deviation * random.nextGaussian()));
        }
        return frames;
    }

    static FloatBuffer floats(int count) {
        return ByteBuffer.allocateDirect(count * Float.BYTES)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }
}
