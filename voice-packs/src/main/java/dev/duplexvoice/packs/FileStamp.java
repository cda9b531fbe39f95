package dev.duplexvoice.packs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * By what a file is taken for unchanged without reading it.
 *
 * @param size in bytes
 * @param modified when it was written last
 * @param key the file system's own name of it: another one if a file took its place
 */
record FileStamp(long size, FileTime modified, @Nullable Object key) {

    /** Of a file as it is now; null if it cannot be seen. */
    static @Nullable FileStamp of(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new FileStamp(now.size(), now.lastModifiedTime(), now.fileKey());
        } catch (IOException e) {
            return null;
        }
    }
}
