package dev.duplexvoice.nativecore.internal;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that detectors which were to compute on the GPU compute on the CPU: once per process that there is none, and once that one
 * failed. A GPU that is gone is gone for every batch, and thousands of callers would be told of one fault.
 */
final class GpuFallback {
    private static final Logger LOG = LoggerFactory.getLogger(GpuFallback.class);
    private static final AtomicBoolean UNAVAILABLE_TOLD = new AtomicBoolean();
    private static final AtomicBoolean FAILED_TOLD = new AtomicBoolean();

    private GpuFallback() {}

    /** A detector was opened for the GPU and has none. */
    static void unavailable(String detector, String reason) {
        if (UNAVAILABLE_TOLD.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("detector", detector)
                    .addKeyValue("reason", reason)
                    .log("No GPU for voice activity detection; it runs on the CPU");
        }
    }

    /** A detector that had a GPU has lost it. */
    static void failed(String detector, String reason) {
        if (FAILED_TOLD.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("detector", detector)
                    .addKeyValue("reason", reason)
                    .log("Voice activity detection on the GPU failed; it goes on on the CPU");
        }
    }
}
