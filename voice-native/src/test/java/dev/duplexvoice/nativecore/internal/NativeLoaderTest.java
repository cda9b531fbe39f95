package dev.duplexvoice.nativecore.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts Java processes with and without the classifier jar. */
class NativeLoaderTest {
    private static final String LIBRARY =
            VoiceLibrary.class.getPackageName().replace('.', '/') + "/linux-x86_64/libjnivoice.so";

    @TempDir
    Path folder;

    private Path staging;
    private String classPathWithout;

    @BeforeEach
    void splitClassPath() {
        List<Path> entries = Stream.of(JavaProcess.classPath().split(File.pathSeparator))
                .map(Path::of)
                .toList();
        staging = entries.stream()
                .filter(entry -> Files.exists(entry.resolve(LIBRARY)))
                .findFirst()
                .orElseThrow();
        classPathWithout = entries.stream()
                .filter(entry -> !entry.equals(staging))
                .map(Path::toString)
                .collect(Collectors.joining(File.pathSeparator));
    }

    @Test
    void shouldNameTheDependencyWhenTheClassifierJarIsMissing() throws Exception {
        String output = finish(start(classPathWithout));
        assertThat(output)
                .contains("UNAVAILABLE")
                .containsPattern("add this dependency: dev\\.duplexvoice:voice-native:[0-9][^:]*:linux-x86_64")
                .doesNotContain("UnsatisfiedLinkError");
    }

    @Test
    void shouldNameThePlatformWhenItIsNotSupported() throws Exception {
        String output = finish(start(classPathWithout, "-Dorg.bytedeco.javacpp.platform=macosx-arm64"));
        assertThat(output)
                .contains("UNAVAILABLE platform=macosx-arm64: the native core is built for linux-x86_64 only");
    }

    @Test
    void shouldSayWhatFailedWhenALibraryIsBroken() throws Exception {
        Path broken = folder.resolve("broken");
        Files.createDirectories(broken.resolve(LIBRARY).getParent());
        Files.write(broken.resolve(LIBRARY), new byte[100]);
        String output = finish(start(broken + File.pathSeparator + classPathWithout));
        assertThat(output).contains("UNAVAILABLE the native libraries for linux-x86_64 do not load: ");
    }

    @Test
    void shouldLoadInEachWhenSeveralProcessesUnpackAtOnce() throws Exception {
        String classPath = jar() + File.pathSeparator + classPathWithout;
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            processes.add(start(classPath));
        }
        for (Process process : processes) {
            assertThat(finish(process)).contains("LOADED").doesNotContain("UNAVAILABLE");
        }
    }

    private Path jar() throws IOException {
        Path jar = folder.resolve("natives.jar");
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(staging)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                entries.putNextEntry(new JarEntry(staging.relativize(file).toString()));
                Files.copy(file, entries);
                entries.closeEntry();
            }
        }
        return jar;
    }

    private Process start(String classPath, String... options) throws IOException {
        return JavaProcess.start(classPath, folder.resolve("cache"), Map.of(), List.of(options), LoaderMain.class);
    }

    private static String finish(Process process) throws Exception {
        return JavaProcess.finish(process);
    }
}
