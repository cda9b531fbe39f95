package dev.duplexvoice.packs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What became of reading a file of a pack from its first byte to its last.
 *
 * @param id the pack's
 * @param file the file, absolute
 * @param expected the SHA-256 that it should have
 * @param found the one that it has; null if it cannot be read
 * @param problem what is wrong and what to do; null if the file is right
 */
public record FileCheck(
        String id,
        Path file,
        String expected,
        @Nullable String found,
        @Nullable String problem) {

    /** Whether the file is what it should be. */
    public boolean isRight() {
        return problem == null;
    }
}
