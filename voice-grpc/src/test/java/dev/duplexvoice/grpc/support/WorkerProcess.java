package dev.duplexvoice.grpc.support;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.model.ModelWarmUp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker of {@link NumberVoice} in a process of its own, to be killed. */
public final class WorkerProcess implements AutoCloseable {
    private final Process process;
    private final int port;

    private WorkerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static void main(String[] args) throws Exception {
        VoiceEngine engine = VoiceEngine.builder()
                .providers(List.of(new NumberVoice(NumberVoice.Words.AHEAD)))
                .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                .build();
        SpeechWorker worker = SpeechWorker.builder(engine).port(0).start();
        System.out.println("port " + worker.port());
        // Ends with who started it.
        int end = System.in.read();
        System.exit(end < 0 ? 0 : 1);
    }

    /** Starts one, and waits until it listens. */
    public static WorkerProcess start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        WorkerProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("port ")) {
                WorkerProcess worker = new WorkerProcess(process, Integer.parseInt(line.substring("port ".length())));
                Thread drain = new Thread(() -> out.lines().forEach(more -> {}), "worker-output");
                drain.setDaemon(true);
                drain.start();
                return worker;
            }
        }
        throw new IOException("the worker ended with " + process.onExit().join().exitValue());
    }

    public String address() {
        return "grpc://127.0.0.1:" + port;
    }

    public String authority() {
        return "127.0.0.1:" + port;
    }

    /** SIGKILL, SIGSTOP and the like: by its number, to this process only. */
    public void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (!kill.waitFor(20, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("kill -" + name + " failed");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
