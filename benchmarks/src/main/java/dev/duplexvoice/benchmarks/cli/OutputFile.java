package dev.duplexvoice.benchmarks.cli;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that a benchmark may leave. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * To be called before the long work.
     *
     * @throws VoiceException if there is a file to write and it cannot be
     */
    public static void requireWritable(@Nullable Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)
                || folder == null
                || !Files.isWritable(folder)
                || Files.exists(file) && !Files.isWritable(file)) {
            throw new VoiceException(
                    VoiceException.Code.IO, file + " cannot be written: give a file in a folder that takes one");
        }
    }

    /**
     * Writes a file if there is one.
     *
     * @throws VoiceException if it cannot be written
     */
    public static void write(@Nullable Path file, String content) {
        if (file == null) {
            return;
        }
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new VoiceException(VoiceException.Code.IO, file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
