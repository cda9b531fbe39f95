package dev.duplexvoice.packs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Told how a pull goes, by the thread that pulls. */
public interface PullListener {

    /** Hears nothing. */
    PullListener SILENT = new PullListener() {};

    /**
     * A file is about to come.
     *
     * @param from where it is asked for: at the mirror, if there is one
     * @param have bytes that an earlier attempt left, from which it goes on
     */
    default void started(CatalogFile file, URI from, long have) {}

    /**
     * More of a file has come: up to some thousand times a second.
     *
     * @param bytes that are here, of {@link CatalogFile#size()}
     * @param bytesPerSecond since the file was started, without what was there before; 0 in the first moment
     */
    default void progress(CatalogFile file, long bytes, double bytesPerSecond) {}

    /** An attempt has failed, and another one follows after the pause. */
    default void retry(CatalogFile file, String reason, Duration pause) {}

    /** A file is complete and as it should be; with a digest that nobody published, it has been trusted. */
    default void finished(CatalogFile file, String sha256) {}

    /** Another process or thread pulls the same model; this one waits for it. */
    default void waiting(Path lock) {}
}
