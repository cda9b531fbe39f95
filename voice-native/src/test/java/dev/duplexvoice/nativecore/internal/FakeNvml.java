package dev.duplexvoice.nativecore.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A copy of the NVML without a driver that the build names in VOICE_NVML_LIBRARY, and that does what its script says. */
final class FakeNvml {
    final Path library;

    /** The script's form is told where the library's source begins. */
    FakeNvml(Path folder, String script) {
        library = folder.resolve("libnvidia-ml.so.1");
        try {
            Files.copy(shared(), library);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        script(script);
    }

    /** From the next call on. */
    void script(String text) {
        try {
            Path fresh = Files.writeString(library.resolveSibling("script"), text);
            Files.move(
                    fresh, library.resolveSibling(library.getFileName() + ".script"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without a script: it has two GPUs. Skips the test where tests are run without Maven and nothing built it. */
    static Path shared() {
        String name = System.getenv("VOICE_NVML_LIBRARY");
        assumeTrue(
                name != null && Files.isRegularFile(Path.of(name)),
                "VOICE_NVML_LIBRARY names no file: build the target fake_nvml to run this test");
        return Path.of(name);
    }
}
