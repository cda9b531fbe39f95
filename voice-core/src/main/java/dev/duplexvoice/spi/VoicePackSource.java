package dev.duplexvoice.spi;

import dev.duplexvoice.model.VoicePack;
import java.util.List;

/**
 * Finds voice packs; found by {@link java.util.ServiceLoader}. The constructor must be cheap. Thread-safe.
 */
@FunctionalInterface
public interface VoicePackSource {

    /**
     * The packs that are valid now. Asked each time voices are listed or one is opened by name, so packs that come and go are noticed;
     * a source that would have to read much keeps what it read until the folders change.
     */
    List<VoicePack> packs();

    /** Makes the next call of {@link #packs} look anew, whatever the source keeps. */
    default void refresh() {}
}
