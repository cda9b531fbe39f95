package dev.duplexvoice.opentelemetry.support;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.opentelemetry.GrpcTracing;
import dev.duplexvoice.opentelemetry.VoiceTracing;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker that traces, in a process of its own. */
public final class TracedWorker implements AutoCloseable {
    private final Process process;
    private final int port;

    private TracedWorker(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        try (OpenTelemetrySdk sdk = Exporting.sdk("worker", args[0]);
                VoiceEngine engine = VoiceEngine.builder()
                        .telemetry(VoiceTracing.create(sdk))
                        .providers(List.of(new WordVoice(null)))
                        .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                        .build();
                SpeechWorker worker = SpeechWorker.builder(engine)
                        .port(0)
                        .intercept(GrpcTracing.server(sdk))
                        .start()) {
            System.out.println("port " + worker.port());
            // Ends with who started it.
            while (System.in.read() >= 0) {
                // Nothing is said.
            }
        }
    }

    /** Starts one, and waits until it listens. */
    public static TracedWorker start(String endpoint) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TracedWorker.class.getName(),
                        endpoint)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("port ")) {
                TracedWorker worker = new TracedWorker(process, Integer.parseInt(line.substring("port ".length())));
                Thread drain = new Thread(() -> out.lines().forEach(more -> {}), "worker-output");
                drain.setDaemon(true);
                drain.start();
                return worker;
            }
        }
        throw new IOException("the worker ended with " + process.onExit().join().exitValue());
    }

    public String authority() {
        return "127.0.0.1:" + port;
    }

    /** Has it end, which sends what it has not sent. */
    public void finish() throws Exception {
        process.getOutputStream().close();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IOException("the worker does not end");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
