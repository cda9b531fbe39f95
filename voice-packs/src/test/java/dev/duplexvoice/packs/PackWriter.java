package dev.duplexvoice.packs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes packs as somebody would by hand. */
final class PackWriter {
    static final byte[] MODEL = {1, 2, 3};
    static final String SHA256 = "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81";

    private PackWriter() {}

    static String metadata(String id) {
        return """
                id: %s
                family: test
                languages: [en-US, en-GB]
                sample_rate: 16000
                licence: MIT
                capabilities: [streaming]
                settings: {speaker: 3}
                files:
                  - role: model
                    path: voice.bin
                    size: 3
                    sha256: %s
                """.formatted(id, SHA256);
    }

    /** A valid pack {@code test/<name>}. */
    static Path write(Path root, String name, String id) throws IOException {
        Path folder = Files.createDirectories(root.resolve("test").resolve(name));
        Files.write(folder.resolve("voice.bin"), MODEL);
        Files.writeString(folder.resolve("metadata.yaml"), metadata(id));
        return folder;
    }

    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
