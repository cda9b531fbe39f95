package dev.duplexvoice.packs;

import dev.duplexvoice.time.EngineClock;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** How a puller was built. */
record PullOptions(
        Path target,
        boolean offline,
        @Nullable URI mirror,
        int attempts,
        Duration stallTimeout,
        PullListener listener,
        EngineClock clock,
        Sleeper sleeper,
        DoubleSupplier random,
        FreeSpace freeSpace) {

    /** Waits; a test's does not. */
    @FunctionalInterface
    interface Sleeper {
        void sleep(Duration time) throws InterruptedException;
    }

    /** Bytes that a folder's disk still takes. */
    @FunctionalInterface
    interface FreeSpace {
        long of(Path folder) throws java.io.IOException;
    }

    /** An address, at the mirror if there is one: its host, with the path below the mirror's. */
    URI locate(URI url) {
        if (mirror == null) {
            return url;
        }
        String base = mirror.toString();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + url.getRawPath() + query);
    }
}
