package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.Vocoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decodes with a vocoder that streams. */
final class VocoderDecoder implements FrameDecoder {
    private final Vocoder vocoder;

    /** Takes the vocoder over. */
    VocoderDecoder(Vocoder vocoder) {
        this.vocoder = vocoder;
    }

    @Override
    public Utterance begin(
            FloatBuffer frames,
            int count,
            Map<String, OnnxTensor> conditions,
            float @Nullable [] durations,
            RunStop stop)
            throws OrtException {
        try {
            return new StreamedUtterance(vocoder, direct(frames), count, condition(conditions), durations);
        } finally {
            Conditions.close(conditions);
        }
    }

    /** Who speaks; null for a voice with one. */
    private @Nullable FloatBuffer condition(Map<String, OnnxTensor> conditions) throws OrtException {
        if (conditions.isEmpty()) {
            return null;
        }
        if (conditions.size() > 1) {
            throw new OrtException("its decoder takes " + conditions.keySet() + " beside the frames");
        }
        FloatBuffer values = conditions.values().iterator().next().getFloatBuffer();
        if (values.remaining() != vocoder.conditionChannels()) {
            throw new OrtException(
                    "the speaker has " + values.remaining() + " values in the place of " + vocoder.conditionChannels());
        }
        return direct(values);
    }

    private static FloatBuffer direct(FloatBuffer values) {
        FloatBuffer copy = ByteBuffer.allocateDirect(Math.multiplyExact(values.remaining(), Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        return copy.put(values).flip();
    }

    @Override
    public void telemetry(VoiceTelemetry telemetry) {
        vocoder.telemetry(telemetry);
    }

    @Override
    public void close() {
        vocoder.close();
    }
}
