package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.duplexvoice.nativecore.NativeVoiceProvider;
import dev.duplexvoice.vad.VadDevice;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The CUDA plugin over a fake runtime that computes on the CPU; the build names it in VOICE_CUDA_PLUGIN. */
final class EmulatedGpu {
    private EmulatedGpu() {}

    /** The plugin's file. Skips the test where tests are run without Maven and nothing built it. */
    static Path plugin() {
        String name = System.getenv("VOICE_CUDA_PLUGIN");
        assumeTrue(
                name != null && Files.isRegularFile(Path.of(name)),
                "VOICE_CUDA_PLUGIN names no file: build the target voice_cuda_emulated to run this test");
        return Path.of(name);
    }

    /** A detector that computes on it. */
    static VoiceActivityDetector open(String name, @Nullable Path model, int sampleRate) {
        plugin();
        VoiceActivityDetector detector =
                new NativeVoiceProvider().openDetector(name, model, sampleRate, VadDevice.CUDA);
        assertThat(detector.device()).isEqualTo(VadDevice.CUDA);
        return detector;
    }
}
