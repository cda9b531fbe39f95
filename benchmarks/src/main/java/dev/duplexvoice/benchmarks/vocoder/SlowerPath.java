package dev.duplexvoice.benchmarks.vocoder;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.BenchCommand;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** This benchmark on another SIMD path, in a process of its own, because a process has one path. */
final class SlowerPath {
    private SlowerPath() {}

    /** What {@code bench vocoder} with these arguments prints as JSON. */
    static List<Figures> measure(String simd, List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), BenchCommand.class.getName(), "vocoder"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("VOICE_SIMD", simd);
        try {
            Process process = builder.start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw failed(simd, "its process ended with exit code " + process.exitValue(), null);
            }
            // A JVM may have more to say there, such as that a flight recording was started.
            return VocoderReport.parse(answer.substring(Math.max(0, answer.indexOf('{'))))
                    .decoders();
        } catch (JsonProcessingException e) {
            throw failed(simd, "its process answered with something else", e);
        } catch (IOException e) {
            throw failed(simd, "no process: " + e.getMessage(), e);
        }
    }

    private static VoiceException failed(String simd, String problem, @Nullable Throwable cause) {
        return new VoiceException(
                VoiceException.Code.INTERNAL,
                "the path " + simd + " could not be timed: " + problem + "; its messages are above",
                cause);
    }
}
