package dev.duplexvoice.onnx.internal;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession.RunOptions;
import dev.duplexvoice.VoiceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops the runs of one stream, also the one in progress: that ends with an error after the operation that it is at. */
final class RunStop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunStop.class);

    private final RunOptions options;
    private boolean closed;

    RunStop() {
        try {
            options = new RunOptions();
            options.setLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL); // that it was stopped is no news
        } catch (OrtException e) {
            throw new VoiceException(VoiceException.Code.SYNTHESIS, "ONNX Runtime failed: " + OrtRuntime.reason(e), e);
        }
    }

    /** What a run is given. */
    RunOptions options() {
        return options;
    }

    /** Stops. Any thread, any number of times; does nothing once closed. */
    synchronized void stop() {
        if (!closed) {
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                LOG.debug("a run goes on to its end", e);
            }
        }
    }

    /** Frees it; no run may be in progress. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            options.close();
        }
    }
}
