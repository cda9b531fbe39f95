package dev.duplexvoice.packs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived of a file, {@code F.part}, and beside it, {@code F.part.etag}, by what the server can tell whether the rest still
 * belongs to it.
 */
final class PartFile {
    private static final int MAX_TAG = 1_024;
    private static final String PART = ".part";
    private static final String TAG = ".part.etag";

    private final Path file;
    private final Path part;
    private final Path tag;

    PartFile(Path file) {
        this.file = file;
        this.part = file.resolveSibling(file.getFileName() + PART);
        this.tag = file.resolveSibling(file.getFileName() + TAG);
    }

    /** Whether a file of this name could be taken for what has arrived of another. */
    static boolean isReserved(String path) {
        return path.endsWith(PART) || path.endsWith(TAG);
    }

    /** Where the whole file goes. */
    Path file() {
        return file;
    }

    Path path() {
        return part;
    }

    /** Bytes that have arrived. */
    long size() throws IOException {
        return Files.exists(part) ? Files.size(part) : 0;
    }

    @Nullable
    String tag() throws IOException {
        if (!Files.exists(tag) || Files.size(tag) > MAX_TAG) {
            return null;
        }
        String value = Files.readString(tag, StandardCharsets.UTF_8).strip();
        return value.isEmpty() ? null : value;
    }

    void tag(@Nullable String value) throws IOException {
        if (value == null || value.length() > MAX_TAG / 4) {
            Files.deleteIfExists(tag);
        } else {
            Files.writeString(tag, value, StandardCharsets.UTF_8);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(part);
        Files.deleteIfExists(tag);
    }
}
