package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of detectors for the GPU where there is none, or where it fails; each in a process of its own. */
class GpuFallbackTest {
    private static final String PLUGIN = "VOICE_CUDA_PLUGIN";
    private static final String FAIL = "VOICE_FAKE_CUDA_FAIL";
    private static final String NO_GPU = "WARN No GPU for voice activity detection; it runs on the CPU";
    private static final String LOST = "WARN Voice activity detection on the GPU failed; it goes on on the CPU";

    @TempDir
    Path folder;

    private static String run(String what, Map<String, String> environment) throws Exception {
        return run(JavaProcess.classPath(), what, environment);
    }

    private static String run(String classPath, String what, Map<String, String> environment) throws Exception {
        Path cache = Path.of(System.getProperty("org.bytedeco.javacpp.cachedir", "target/javacpp-cache"));
        String output = JavaProcess.finish(JavaProcess.start(
                classPath, cache, environment, List.of("-XX:TieredStopAtLevel=1"), GpuMain.class, what));
        // Java 25 warns of native access; that is not ours to say.
        return output.replaceAll("(?m)^(WARNING: .*)?\\R", "");
    }

    private static void assertSame(String output) {
        Matcher worst = Pattern.compile("worst (\\S+)").matcher(output);
        assertThat(worst.find()).as(output).isTrue();
        assertThat(Float.parseFloat(worst.group(1))).as(output).isLessThan(1e-3f);
        assertThat(output).contains("live 0");
    }

    @Test
    void shouldRunOnTheCpuAndSaySoOnceWhenThePluginIsMissing() throws Exception {
        String output = run("batch", Map.of(PLUGIN, folder.resolve("none.so").toString()));
        assertThat(output).doesNotContain("CUDA\n").containsOnlyOnce("WARN");
        assertThat(output).contains(NO_GPU, folder.resolve("none.so").toString(), "detector=\"duplex\"");
        // Logged once for the process, told of each detector.
        assertThat(output.lines().filter(line -> line.startsWith("told vad ")))
                .hasSize(2)
                .allMatch(line -> line.contains("none.so"));
        assertSame(output);
    }

    @Test
    void shouldNameTheDependencyWhenNothingSaysWhereThePluginIs() throws Exception {
        String output = run("batch", Map.of(PLUGIN, ""));
        assertThat(output).containsOnlyOnce("WARN");
        assertThat(output)
                .contains(NO_GPU)
                .containsPattern("dev\\.duplexvoice:voice-native:[0-9][^:]*:linux-x86_64-gpu, or VOICE_CUDA_PLUGIN");
        assertSame(output);
    }

    @Test
    void shouldRunOnTheCpuWhenThePluginIsNone() throws Exception {
        Path foreign = Files.writeString(folder.resolve("foreign.so"), "no library");
        String output = run("batch", Map.of(PLUGIN, foreign.toString()));
        assertThat(output).containsOnlyOnce("WARN");
        assertThat(output).contains(NO_GPU, foreign.toString());
        assertSame(output);
    }

    @Test
    void shouldRunOnTheGpuAndSayNothingWhenItAnswers() throws Exception {
        EmulatedGpu.plugin();
        String output = run("batch", Map.of());
        assertThat(output).contains("opened CUDA\nended CUDA\nopened CUDA\nended CUDA\n");
        assertThat(output).doesNotContain("WARN", "told");
        assertSame(output);
    }

    @Test
    void shouldFindThePluginWhenItsJarIsOnTheClassPath() throws Exception {
        Path jar = folder.resolve("gpu.jar");
        try (JarOutputStream entries = new JarOutputStream(Files.newOutputStream(jar))) {
            entries.putNextEntry(new JarEntry("dev/duplexvoice/nativecore/internal/linux-x86_64/libvoice_cuda.so"));
            Files.copy(EmulatedGpu.plugin(), entries);
        }
        String output = run(jar + File.pathSeparator + JavaProcess.classPath(), "batch", Map.of(PLUGIN, ""));
        assertThat(output).startsWith("opened CUDA\n").doesNotContain("WARN");
        assertSame(output);
    }

    @ParameterizedTest
    @CsvSource({
        "cudaSetDevice 1, opening",
        "cudaMalloc 1, memory of the device",
        "cudaMallocHost 3, pinned memory",
        "cudaEventSynchronize 2, the trial tick",
    })
    void shouldRunOnTheCpuWhenTheGpuFailsWhileItIsTried(String fault) throws Exception {
        EmulatedGpu.plugin();
        String output = run("batch", Map.of(FAIL, fault));
        assertThat(output)
                .containsPattern("opened CPU\ntold vad .*\nended CPU\n")
                .containsOnlyOnce("WARN");
        assertThat(output).contains(NO_GPU, "cudaError");
        assertSame(output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cudaEventSynchronize 5", // its first tick
                "cudaMemcpyAsync 14",
                "cudaGraphLaunch 3",
                "cudaGraphLaunch 25",
                "cudaMemsetAsync 20", // acquiring the last caller
                "cudaMemsetAsync 22", // a reset between submitted windows
            })
    void shouldGoOnOnTheCpuWithTheSameWindowsWhenTheGpuFails(String fault) throws Exception {
        EmulatedGpu.plugin();
        String output = run("batch", Map.of(FAIL, fault));
        assertThat(output).startsWith("opened CUDA\n").contains("ended CPU\nopened CPU\ntold vad ");
        assertThat(output.substring(0, output.indexOf("ended CPU"))).containsOnlyOnce("told vad ");
        assertThat(output).containsOnlyOnce(LOST).contains("cudaError");
        assertThat(output.split("WARN", -1))
                .as("lost, then not there for the second detector")
                .hasSize(3);
        assertSame(output);
    }

    @Test
    void shouldRunOneDetectorOnTheCpuAndTheNextOnTheGpuWhenMemoryIsShortForOne() throws Exception {
        EmulatedGpu.plugin();
        String output = run("batch", Map.of(FAIL, "cudaMallocHost 8"));
        assertThat(output)
                .containsPattern(
                        "^opened CUDA\ntold vad out of native memory: .*\nended CPU\nopened CUDA\nended CUDA\n")
                .containsOnlyOnce(LOST)
                .containsOnlyOnce("WARN");
        assertSame(output);
    }

    @Test
    void shouldEndNoSessionWhenTheGpuFails() throws Exception {
        EmulatedGpu.plugin();
        String output = run("session", Map.of(FAIL, "cudaEventSynchronize 60"));
        assertThat(output)
                .contains("opened CUDA", "states LISTENING LISTENING", "windows 250", "errors 0", "ended CPU", "live 0")
                .containsOnlyOnce(LOST)
                .containsOnlyOnce("told vad ");
    }

    @ParameterizedTest
    @CsvSource({
        "cuda, device CUDA",
        "cpu, device CPU",
        "'', device CPU",
        "gpu, exception INVALID_ARGUMENT VOICE_VAD_DEVICE=gpu: must be cpu or cuda",
    })
    void shouldFollowTheEnvironmentWhenTheHostNamesNoDevice(String device, String line) throws Exception {
        EmulatedGpu.plugin();
        assertThat(run("default", Map.of("VOICE_VAD_DEVICE", device)).lines())
                .first()
                .isEqualTo(line);
    }

    private static final String NO_VOCODER = "WARN No GPU for vocoders; they run on the CPU";
    private static final String LOST_VOCODER = "WARN Vocoders on the GPU failed; they go on on the CPU";

    private static String vocoder(Map<String, String> environment) throws Exception {
        Path cache = Path.of(System.getProperty("org.bytedeco.javacpp.cachedir", "target/javacpp-cache"));
        String model = Fixtures.file("vits/en_US-random-x_low.onnx").toString();
        return JavaProcess.finish(JavaProcess.start(
                JavaProcess.classPath(),
                cache,
                environment,
                List.of("-XX:TieredStopAtLevel=1"),
                GpuMain.class,
                "vocoder",
                model,
                "12"));
    }

    @Test
    void shouldRunVocodersOnTheCpuAndSayWhyWhenThePluginIsMissing() throws Exception {
        String output = vocoder(Map.of(PLUGIN, folder.resolve("none.so").toString()));
        assertThat(output)
                .containsOnlyOnce(NO_VOCODER)
                .containsPattern("opened CPU .*none\\.so")
                .containsPattern("told vocoder .*none\\.so")
                .contains("clear true\nclear true\n", "live 0");
    }

    @Test
    void shouldGoOnOnTheCpuWhenTheGpuFailsInTheMiddleOfAStream() throws Exception {
        EmulatedGpu.plugin();
        String output = vocoder(Map.of(FAIL, "cudaEventSynchronize 3"));
        assertThat(output)
                .contains("opened CUDA null")
                .containsOnlyOnce(LOST_VOCODER)
                .containsOnlyOnce("told vocoder ")
                .contains("clear true\nclear true\n", "later NativeVocoderStream", "ended CPU ", "live 0")
                .doesNotContain("ended CPU null");
    }

    @Test
    void shouldNotSayThatVocodersAreOnAGpuThatFailsAtOnce() throws Exception {
        EmulatedGpu.plugin();
        String output = vocoder(Map.of(FAIL, "cudaEventSynchronize 1"));
        assertThat(output)
                .containsOnlyOnce(NO_VOCODER)
                .contains("opened CPU ", "clear true\nclear true\n", "live 0")
                .doesNotContain("opened CPU null");
    }
}
