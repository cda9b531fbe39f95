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
        Path part = file.resolveSibling(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            try {
                Files.write(part, content.getBytes(StandardCharsets.UTF_8));
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
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
