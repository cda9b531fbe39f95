package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.FloatBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The second half of a VITS voice: frames in, samples out. Shared by threads. */
interface FrameDecoder extends AutoCloseable {

    /**
     * Begins with an utterance.
     *
     * @param frames {@code [channels, count]}, the caller's to give away
     * @param conditions what else the decoder takes, with a tensor for each; the utterance closes them
     * @param durations frames of each id, or null
     */
    Utterance begin(
            FloatBuffer frames,
            int count,
            Map<String, OnnxTensor> conditions,
            float @Nullable [] durations,
            RunStop stop)
            throws OrtException;

    @Override
    void close();
}
