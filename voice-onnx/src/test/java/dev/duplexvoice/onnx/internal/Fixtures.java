package dev.duplexvoice.onnx.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Voices and golden values in the folder that VOICE_FIXTURES names. */
final class Fixtures {
    private Fixtures() {}

    /** A fixture's file. Skips the test if VOICE_FIXTURES is not set; fails it if the file is missing. */
    static Path file(String name) {
        String folder = System.getenv("VOICE_FIXTURES");
        assumeTrue(
                folder != null && !folder.isEmpty(),
                "VOICE_FIXTURES is not set: set it to the folder of the test fixtures to run this test");
        Path file = Path.of(folder).resolve(name);
        assertThat(file).as("fixture").isRegularFile();
        return file;
    }

    /** A VITS voice's model. */
    static Path voice(String quality) {
        return file("vits/en_US-random-" + quality + ".onnx");
    }

    /** The settings of a VITS voice, without its noise, so that what it says can be compared. */
    static PiperConfig withoutNoise(String quality) {
        PiperConfig config = PiperConfig.read(file("vits/en_US-random-" + quality + ".onnx.json"), quality);
        return new PiperConfig(
                config.file(),
                config.name(),
                config.sampleRate(),
                config.language(),
                config.text(),
                0,
                config.lengthScale(),
                0,
                config.symbolCount(),
                config.symbols(),
                config.replacements(),
                config.speakers(),
                config.speakerIds());
    }

    /** The ids of the golden outputs. */
    static long[] ids() {
        try {
            JsonNode ids = new ObjectMapper()
                    .readTree(file("vits/golden/input.json").toFile())
                    .get("phoneme_ids");
            long[] values = new long[ids.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = ids.get(i).longValue();
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The numbers of a .npy file of float32. */
    static float[] npy(String name) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Files.readAllBytes(file(name))).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bytes.position(10 + bytes.getShort(8));
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** The last column of a CSV file with a header line. */
    static long[] lastColumn(String name) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines.stream()
                .skip(1)
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(',') + 1)))
                .toArray();
    }
}
