package dev.duplexvoice.nativecore.internal;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that what was to compute on the GPU computes on the CPU: once per process that there is none, and once that one
 * failed. A GPU that is gone is gone for every batch, and thousands of callers would be told of one fault.
 */
enum GpuFallback {
    /** Voice activity detection. */
    DETECTOR(
            "No GPU for voice activity detection; it runs on the CPU",
            "Voice activity detection on the GPU failed; it goes on on the CPU"),
    /** The second half of neural voices. */
    VOCODER("No GPU for vocoders; they run on the CPU", "Vocoders on the GPU failed; they go on on the CPU");

    private static final Logger LOG = LoggerFactory.getLogger(GpuFallback.class);

    private final String unavailable;
    private final String failed;
    private final AtomicBoolean unavailableTold = new AtomicBoolean();
    private final AtomicBoolean failedTold = new AtomicBoolean();

    GpuFallback(String unavailable, String failed) {
        this.unavailable = unavailable;
        this.failed = failed;
    }

    /** One was opened for the GPU and has none. */
    void unavailable(String name, String reason) {
        if (unavailableTold.compareAndSet(false, true)) {
            tell(name, reason, unavailable);
        }
    }

    /** One that had a GPU has lost it. */
    void failed(String name, String reason) {
        if (failedTold.compareAndSet(false, true)) {
            tell(name, reason, failed);
        }
    }

    private void tell(String name, String reason, String message) {
        LOG.atWarn()
                .addKeyValue(name().toLowerCase(Locale.ROOT), name)
                .addKeyValue("reason", reason)
                .log(message);
    }
}
