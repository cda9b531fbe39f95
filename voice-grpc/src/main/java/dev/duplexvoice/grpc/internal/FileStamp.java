package dev.duplexvoice.grpc.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** A file as it was, links followed: another one means that it was replaced. A file that is not there is no less than one that is. */
record FileStamp(
        Path path,
        long size,
        @Nullable FileTime modified,
        @Nullable Object key) {

    static FileStamp of(Path path) {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            return new FileStamp(path, found.size(), found.lastModifiedTime(), found.fileKey());
        } catch (IOException e) {
            return new FileStamp(path, -1, null, null);
        }
    }
}
