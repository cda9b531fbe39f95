package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Recordings, models and golden values in the folder that VOICE_FIXTURES names. */
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

    /** The samples of a 16-bit mono WAV file; other chunks than its data are skipped. */
    static short[] wav(String name) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(file(name))).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(12);
        while (true) {
            byte[] id = new byte[4];
            bytes.get(id);
            int length = bytes.getInt();
            if ("data".equals(new String(id, StandardCharsets.US_ASCII))) {
                short[] samples = new short[length / Short.BYTES];
                bytes.asShortBuffer().get(samples);
                return samples;
            }
            bytes.position(bytes.position() + length + (length & 1));
        }
    }

    /** The numbers of a .npy file of float32. */
    static float[] npy(String name) {
        ByteBuffer bytes = ByteBuffer.wrap(bytes(file(name))).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(10 + bytes.getShort(8));
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** The second column of a CSV file with a header line. */
    static float[] probabilities(String name) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        float[] values = new float[lines.size() - 1];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(lines.get(i + 1).split(",")[1]);
        }
        return values;
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
