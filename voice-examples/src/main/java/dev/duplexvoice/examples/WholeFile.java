package dev.duplexvoice.examples;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file that is complete or not there: beside its place first, then moved. */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Writes text as UTF-8.
     *
     * @throws VoiceException if it cannot be written; the message names the file
     */
    public static void write(Path file, String content) {
        requireWritable(file);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.write(file, bytes); // a device or a pipe: written to, not replaced
                return;
            }
            Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file;
            Path part = target.resolveSibling(
                    "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            try {
                Files.write(part, bytes);
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (NoSuchFileException e) {
            throw new VoiceException(VoiceException.Code.IO, file + ": its folder is not there or takes no files", e);
        } catch (AccessDeniedException e) {
            throw new VoiceException(VoiceException.Code.IO, file + ": no permission to write there", e);
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, file + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Checks that two files of a command are not one and the same. */
    public static void requireOther(Path one, Path other) {
        try {
            boolean same = Files.exists(one) && Files.exists(other)
                    ? Files.isSameFile(one, other)
                    : one.toAbsolutePath()
                            .normalize()
                            .equals(other.toAbsolutePath().normalize());
            if (same) {
                throw new VoiceException(
                        VoiceException.Code.INVALID_ARGUMENT, other + " is also " + one + ": give two different files");
            }
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, other + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Checks before long work that its result can be written. */
    public static void requireWritable(Path file) {
        if (Files.isDirectory(file)) {
            throw new VoiceException(VoiceException.Code.IO, file + " is a directory: give a file");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new VoiceException(VoiceException.Code.IO, file + ": its folder is not there, create it first");
        }
        if (!Files.isWritable(folder) || Files.exists(file) && !Files.isWritable(file)) {
            throw new VoiceException(VoiceException.Code.IO, file + ": no permission to write there");
        }
    }
}
