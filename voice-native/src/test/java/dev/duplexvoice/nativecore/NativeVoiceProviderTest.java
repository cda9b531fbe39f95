package dev.duplexvoice.nativecore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.VoiceException.Code;
import dev.duplexvoice.spi.VoiceProvider;
import dev.duplexvoice.vad.VoiceActivityDetector;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.ServiceLoader;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeVoiceProviderTest {
    @TempDir
    Path folder;

    @Test
    void shouldBeFoundWhenServicesAreLoaded() {
        assertThat(ServiceLoader.load(VoiceProvider.class).stream())
                .anySatisfy(provider -> assertThat(provider.type()).isEqualTo(NativeVoiceProvider.class));
    }

    @Test
    void shouldSayWhatItHasWhenAsked() {
        NativeVoiceProvider provider = new NativeVoiceProvider();
        assertThat(provider.name()).isEqualTo("core-native");
        assertThat(provider.unavailable()).isNull();
        assertThat(provider.detectors()).containsExactly("duplex", "silero", "webrtc");
        assertThat(provider.voices()).containsExactly("rms", "slt", "awb", "kal16");
        assertThat(provider.nativeVersion()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(provider.simd()).isIn("avx512", "avx2", "portable");
    }

    @Test
    void shouldOpenTheGivenFileWhenDuplexHasAPath() throws IOException {
        Path model = Files.write(folder.resolve("weights ü 日.onnx"), embedded());
        try (VoiceActivityDetector detector = new NativeVoiceProvider().openDetector("duplex", model, 16_000)) {
            assertThat(detector.windowSamples()).isEqualTo(512);
        }
    }

    @Test
    void shouldOpenTheInstalledFileWhenSileroHasNoPath() throws IOException {
        Files.write(folder.resolve("silero_vad_16k_op15.onnx"), embedded());
        NativeVoiceProvider provider = new NativeVoiceProvider(folder);
        try (VoiceActivityDetector detector = provider.openDetector("silero", null, 16_000)) {
            assertThat(detector.name()).isEqualTo("silero");
        }
        assertFails(() -> provider.openDetector("silero", null, 8_000), Code.NOT_FOUND, folder.toString());
    }

    @Test
    void shouldSayWhereItLookedWhenSileroIsNotInstalled() {
        Path nowhere = folder.resolve("nowhere");
        assertFails(
                () -> new NativeVoiceProvider(nowhere).openDetector("silero", null, 16_000),
                Code.NOT_FOUND,
                "silero_vad.onnx or silero_vad_16k_op15.onnx in " + nowhere,
                "--model");
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 44_100})
    void shouldAskForResamplingWhenDuplexHasNoSuchRate(int sampleRate) {
        assertFails(
                () -> new NativeVoiceProvider().openDetector("duplex", null, sampleRate),
                Code.UNSUPPORTED,
                "sampleRate=" + sampleRate,
                "resample to 16000");
    }

    @ParameterizedTest
    @ValueSource(ints = {8_000, 44_100})
    void shouldNameTheRateWhenTheModelLacksIt(int sampleRate) throws IOException {
        Path model = Files.write(folder.resolve("16k.onnx"), embedded());
        assertFails(
                () -> new NativeVoiceProvider().openDetector("silero", model, sampleRate),
                Code.UNSUPPORTED,
                Integer.toString(sampleRate));
    }

    @Test
    void shouldNameTheFileWhenItIsMissing() {
        Path missing = folder.resolve("missing.onnx");
        assertFails(() -> open(missing), Code.NOT_FOUND, missing.toString());
    }

    @Test
    void shouldNameTheFolderWhenAFolderIsGiven() {
        assertFails(() -> open(folder), Code.IO, folder.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 10_000, 1_000_000, 1_241_848})
    void shouldNameTheFileWhenItIsTruncated(int bytes) throws IOException {
        Path truncated = Files.write(folder.resolve("truncated.onnx"), Arrays.copyOf(embedded(), bytes));
        assertFails(() -> open(truncated), Code.MODEL, truncated.toString());
    }

    @Test
    void shouldNameTheFileWhenItIsNoModel() throws IOException {
        Path foreign = folder.resolve("foreign.onnx");
        Files.write(
                foreign, "RIFF....WAVEfmt this is no model at all".repeat(100).getBytes(StandardCharsets.UTF_8));
        assertFails(() -> open(foreign), Code.MODEL, foreign.toString());
    }

    @Test
    void shouldSayWhatItHasWhenANameIsUnknown() {
        NativeVoiceProvider provider = new NativeVoiceProvider();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> provider.openDetector("other", null, 16_000))
                .withMessage("detector=other: core-native has [duplex, silero, webrtc]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> provider.openVoice("other"))
                .withMessage("voice=other: core-native has [rms, slt, awb, kal16]");
    }

    private static void open(@Nullable Path model) {
        new NativeVoiceProvider().openDetector("silero", model, 16_000).close();
    }

    private static byte[] embedded() throws IOException {
        try (InputStream in = NativeVoiceProvider.class.getResourceAsStream("duplex_vad_16k.onnx")) {
            return in.readAllBytes();
        }
    }

    private static void assertFails(ThrowingCallable call, Code code, String... parts) {
        assertThatExceptionOfType(VoiceException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code))
                .satisfies(e -> assertThat(e.getMessage()).contains(parts));
    }
}
