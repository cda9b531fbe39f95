package dev.duplexvoice.benchmarks.vocoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The float32 tensors of a safetensors file. The native core reads the file itself; this is for ONNX Runtime's copy. */
final class Safetensors implements HifiGan.Weights {
    private final Path file;
    private final ByteBuffer data;
    private final JsonNode header;

    Safetensors(Path file) {
        this.file = file;
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            int length = Math.toIntExact(bytes.getLong());
            header = new ObjectMapper().readTree(bytes.array(), Long.BYTES, length);
            data = bytes.slice(Long.BYTES + length, bytes.capacity() - Long.BYTES - length)
                    .order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException | RuntimeException e) {
            throw new VoiceException(
                    VoiceException.Code.MODEL,
                    "model=" + file + ": cannot be read as safetensors: give HiFi-GAN V2's weights",
                    e);
        }
    }

    @Override
    public float[] of(String name, int inputs, int... shape) {
        JsonNode entry = header.path(name);
        int[] stored = new int[entry.path("shape").size()];
        Arrays.setAll(stored, i -> entry.path("shape").path(i).asInt());
        if (!entry.path("dtype").asText().equals("F32") || !Arrays.equals(stored, shape)) {
            throw new VoiceException(
                    VoiceException.Code.MODEL,
                    "model=" + file + ": " + name + " is not float32 of " + Arrays.toString(shape)
                            + ": give HiFi-GAN V2's weights");
        }
        int begin = entry.path("data_offsets").path(0).asInt();
        int end = entry.path("data_offsets").path(1).asInt();
        float[] values = new float[(end - begin) / Float.BYTES];
        data.slice(begin, end - begin)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(values);
        return values;
    }
}
