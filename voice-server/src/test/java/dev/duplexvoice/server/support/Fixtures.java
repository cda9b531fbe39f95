package dev.duplexvoice.server.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.duplexvoice.audio.WavFile;
import java.nio.file.Path;

/** Recordings in the folder that VOICE_FIXTURES names. */
public final class Fixtures {
    private Fixtures() {}

    /** Skips the test if VOICE_FIXTURES is not set; fails it if the file is missing. */
    public static WavFile wav(String name) {
        String folder = System.getenv("VOICE_FIXTURES");
        assumeTrue(
                folder != null && !folder.isEmpty(),
                "VOICE_FIXTURES is not set: set it to the folder of the test fixtures to run this test");
        Path file = Path.of(folder).resolve(name);
        assertThat(file).as("fixture").isRegularFile();
        return WavFile.read(file);
    }
}
