package dev.duplexvoice.packs;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What may be over at the next attempt. */
final class Transient extends IOException {
    private static final long serialVersionUID = 1L;

    /** How long the server asks to wait; null if it does not. */
    private final transient @Nullable Duration retryAfter;

    Transient(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.retryAfter = null;
    }

    Transient(String message, @Nullable Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    @Nullable
    Duration retryAfter() {
        return retryAfter;
    }
}
