package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.nio.FloatBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The second half of a VITS voice: frames in, samples out. Shared by threads. */
interface FrameDecoder extends AutoCloseable {

    /**
     * Begins with an utterance.
     *
     * @param frames {@code [channels, count]}, the caller's to give away
     * @param conditions what else the decoder takes, with a tensor for each; closed by the utterance, or by this if it throws
     * @param durations frames of each id, or null
     */
    Utterance begin(
            FloatBuffer frames,
            int count,
            Map<String, OnnxTensor> conditions,
            float @Nullable [] durations,
            RunStop stop)
            throws OrtException;

    /** Whom it tells of a device that it shares. */
    default void telemetry(VoiceTelemetry telemetry) {}

    @Override
    void close();
}
