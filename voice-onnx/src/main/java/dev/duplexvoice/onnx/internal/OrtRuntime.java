package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.onnx.OnnxDevice;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ONNX Runtime as a voice needs it.
 *
 * @param file what messages name
 * @param device where to compute
 * @param threads that one run computes on, the calling one included
 */
record OrtRuntime(Path file, OnnxDevice device, int threads) {
    private static final Logger LOG = LoggerFactory.getLogger(OrtRuntime.class);

    /** Why ONNX Runtime cannot be used here; null if it can. */
    static @Nullable String problem() {
        try {
            OrtEnvironment.getEnvironment();
            return null;
        } catch (LinkageError | RuntimeException e) {
            return "ONNX Runtime does not load: " + e
                    + "; add com.microsoft.onnxruntime:onnxruntime with libraries for this platform";
        }
    }

    /** The environment of this process. */
    static OrtEnvironment environment() {
        String problem = problem();
        if (problem != null) {
            throw new VoiceException(VoiceException.Code.UNAVAILABLE, problem);
        }
        return OrtEnvironment.getEnvironment();
    }

    /** The same on the CPU. */
    OrtRuntime onCpu() {
        return device == OnnxDevice.CPU ? this : new OrtRuntime(file, OnnxDevice.CPU, threads);
    }

    /** Makes a session of some source. */
    interface Opening {
        OrtSession open(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    /**
     * Opens the model's file as it is.
     *
     * @throws VoiceException if it cannot be loaded or CUDA was asked for and is not there
     */
    OrtSession whole() {
        return open((environment, options) -> environment.createSession(file.toString(), options), false);
    }

    /**
     * Opens a part.
     *
     * @param fewShapes whether its inputs have few shapes, so that memory plans for them are worth keeping
     */
    OrtSession part(ByteBuffer model, boolean fewShapes) {
        return open((environment, options) -> environment.createSession(model, options), fewShapes);
    }

    private OrtSession open(Opening opening, boolean fewShapes) {
        OrtEnvironment environment = environment();
        boolean offered = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
        if (device == OnnxDevice.CUDA && !offered) {
            throw new VoiceException(
                    VoiceException.Code.UNAVAILABLE,
                    "device=CUDA: this ONNX Runtime computes on the CPU only; put"
                            + " com.microsoft.onnxruntime:onnxruntime_gpu in the place of onnxruntime");
        }
        if (device != OnnxDevice.CPU && offered) {
            try {
                return open(environment, opening, fewShapes, true);
            } catch (OrtException e) {
                if (device == OnnxDevice.CUDA) {
                    throw new VoiceException(
                            VoiceException.Code.UNAVAILABLE,
                            "device=CUDA: ONNX Runtime cannot use it for " + file + ": " + reason(e),
                            e);
                }
                LOG.warn("{} computes on the CPU: CUDA is offered but does not work here: {}", file, reason(e));
            }
        }
        try {
            return open(environment, opening, fewShapes, false);
        } catch (OrtException e) {
            throw new VoiceException(
                    VoiceException.Code.MODEL,
                    "model=" + file + ": ONNX Runtime cannot load it: " + reason(e) + "; download it again",
                    e);
        }
    }

    private OrtSession open(OrtEnvironment environment, Opening opening, boolean fewShapes, boolean cuda)
            throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            // Errors come as exceptions; its own log is stderr, which belongs to the host.
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            // Threads that wait must not burn what other sessions need.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            // One plan is kept for each shape ever met, so where texts decide the shape there must be none.
            options.setMemoryPatternOptimization(fewShapes);
            if (!cuda) {
                return opening.open(environment, options);
            }
            try (OrtCUDAProviderOptions provider = new OrtCUDAProviderOptions()) {
                // The exhaustive search would take seconds for every new shape.
                provider.add("cudnn_conv_algo_search", "HEURISTIC");
                options.addCUDA(provider);
                return opening.open(environment, options);
            }
        }
    }

    /** The first line of what it says, without the words that each message begins with. */
    static String reason(OrtException e) {
        String message = String.valueOf(e.getMessage());
        int line = message.indexOf('\n');
        return line < 0 ? message : message.substring(0, line);
    }
}
