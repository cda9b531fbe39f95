package dev.duplexvoice.benchmarks.cli;

import dev.duplexvoice.VoiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Piper voices to measure with. */
public final class PiperVoices {
    private PiperVoices() {}

    /** A file or folder below {@code VOICE_FIXTURES}; null if that is not set. */
    public static @Nullable Path fixture(String first, String... more) {
        String fixtures = System.getenv("VOICE_FIXTURES");
        return fixtures == null || fixtures.isEmpty() ? null : Path.of(fixtures).resolve(Path.of(first, more));
    }

    /**
     * The models of a folder, the smallest first.
     *
     * @param folder null for the fixtures', if there are any
     * @return empty if there is no folder
     * @throws VoiceException if it cannot be read or has none
     */
    public static List<Path> in(@Nullable Path folder) {
        Path from = folder != null ? folder : fixture("vits");
        if (from == null) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(from)) {
            List<Path> models = files.filter(file -> file.toString().endsWith(".onnx"))
                    .sorted((a, b) ->
                            Long.compare(a.toFile().length(), b.toFile().length()))
                    .toList();
            if (models.isEmpty()) {
                throw new VoiceException(
                        VoiceException.Code.NOT_FOUND,
                        from + " has no Piper voice: give a folder with X.onnx and X.onnx.json");
            }
            return models;
        } catch (IOException e) {
            throw new VoiceException(
                    VoiceException.Code.IO, from + " cannot be read: give a folder with Piper voices", e);
        }
    }
}
