package dev.duplexvoice.examples.ops;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.examples.cli.VoiceCommand;
import dev.duplexvoice.examples.worker.ObservedWorker;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.grpc.support.RedisServer;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A system in trouble: a worker that refuses a session and a voice that it lacks, another one whose Redis is gone, the log of a server, and
 * a Prometheus, all in a folder in which an operator types.
 */
final class RunbookScene implements AutoCloseable {
    private static final String WORKER = "http://127.0.0.1:9464";
    private static final String GONE = "http://127.0.0.1:9465";
    private static final String PROMETHEUS = "http://127.0.0.1:9090";

    private final Path folder;
    private final Path redisFolder;
    private final ObservedWorker worker;
    private final int gone = ServerProcess.freePort();
    private @Nullable RedisServer redis;
    private @Nullable ObservedWorker lonely;
    private @Nullable PrometheusServer prometheus;

    RunbookScene(Path parent) throws Exception {
        folder = Files.createDirectories(parent.resolve("voice"));
        redisFolder = Files.createDirectories(parent.resolve("redis"));
        command(folder);
        command(redisFolder);
        ServerLog.write(folder.resolve("logs"));
        try {
            redis = RedisServer.start();
        } catch (TestAbortedException e) {
            redis = null; // pages that need none go on
        }
        worker = worker(folder, "tts-1", redis);
        happen();
        if (redis != null) {
            withoutRedis();
        }
    }

    private static ObservedWorker worker(Path folder, String name, @Nullable RedisServer redis) throws IOException {
        return ObservedWorker.start(
                folder,
                "voice: slt\nsessions.max: 2\noperator.worker: " + name + "\n"
                        + (redis == null ? "" : "redis: {uri: '" + redis.uri() + "', name: " + name + "}\n"),
                Map.of(
                        "VOICE_LOG_FORMAT",
                        "json",
                        "VOICE_LOG_FOLDER",
                        folder.resolve("logs").toString()));
    }

    private void happen() throws Exception {
        worker.speak("Good morning.");
        assertThat(worker.converse(
                        "Hello.",
                        () -> worker.converse("Hello.", () -> {
                            assertThat(worker.converse("Hello.", () -> 0)).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
                            return 0;
                        })))
                .isEqualTo(Status.Code.OK);
        // As the log of the worker tells it.
        assertThatThrownBy(() -> askFor("sue")).isInstanceOf(VoiceException.class);
        eventually(
                "all is counted",
                () -> worker.scraped("orchestrator_session_errors_total{error_type=\"overloaded\"}") == 1
                        && worker.scraped("conversations_total{status=\"completed\"}") == 2);
    }

    private void askFor(String voice) throws InterruptedException {
        Semaphore told = new Semaphore(0);
        short[] buffer = new short[960];
        try (RemoteSynthesizer remote =
                        RemoteSynthesizer.builder(worker.target()).voice(voice).build();
                SynthesisStream stream = remote.start(SynthesisRequest.of("Hello."), told::release)) {
            while (stream.read(buffer, 0, buffer.length) == 0) {
                assertThat(told.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private void withoutRedis() throws Exception {
        RedisServer lost = RedisServer.start();
        ObservedWorker registered = worker(redisFolder, "tts-2", lost);
        lonely = registered;
        eventually("it is connected", () -> registered.scraped("redis_connections_active") >= 1);
        lost.close();
        eventually("it has noticed", () -> {
            try {
                return Files.readString(redisFolder.resolve("logs/app/voice-worker.log"))
                        .contains("no connection to Redis");
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** What stands for the project's launcher: the same program, for people though nobody looks. */
    private static void command(Path folder) throws IOException {
        Path script = Files.writeString(folder.resolve("voice"), """
                #!/bin/bash
                case "$1 $2" in
                  slo*|debug*) [[ "$*" == *--url* ]] || set -- "$@" --url "$WORKER_URL" ;;
                  "logs count"|"logs export") ;;
                  logs*) set -- "$@" --format text ;;
                esac
                exec "%s" -Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-Duser.home=$PWD/home" \\
                  -Dlogback.configurationFile=%s %s "$@"
                """.formatted(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        Path.of("src/main/resources/logback.xml").toAbsolutePath(),
                        VoiceCommand.class.getName()));
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    boolean hasRedis() {
        return redis != null;
    }

    /** What a command prints, on both streams; fails if its exit code is not 0. */
    String run(String page, String command) throws Exception {
        boolean ofRedis = page.equals("redis");
        ObservedWorker asked = ofRedis && lonely != null ? lonely : worker;
        RedisServer server = redis;
        String text = command.replace(WORKER, asked.url())
                .replace(GONE, "http://127.0.0.1:" + gone)
                .replace("-p 6379", "-p " + (server == null ? 6379 : server.port()));
        if (text.contains(PROMETHEUS)) {
            text = text.replace(PROMETHEUS, prometheus().url());
        }
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", text)
                .directory((ofRedis ? redisFolder : folder).toFile())
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("VOICE_") || name.equals("XDG_DATA_HOME"));
        builder.environment().put("WORKER_URL", asked.url());
        builder.environment()
                .put(
                        "CLASSPATH",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        builder.environment().put("LC_ALL", "C.UTF-8");
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s printed: %s", text, printed).isZero();
        // As an operator sees it whose worker is at its usual place.
        return printed.replace(asked.url(), WORKER).replace("http://127.0.0.1:" + gone, GONE);
    }

    private PrometheusServer prometheus() throws Exception {
        PrometheusServer running = prometheus;
        if (running == null) {
            running = new PrometheusServer(
                    Files.createDirectories(folder.resolveSibling("prometheus")),
                    URI.create(worker.url() + "/metrics"));
            prometheus = running;
            running.awaitData("worker_audio_frames_emitted_total");
            // Rates are of what grows while it is watched.
            worker.speak("And good night.");
            worker.converse("Good bye.", () -> 0);
            running.awaitData("slo:events:rate5m{slo=\"rtf\"} > 0");
            running.awaitData("slo:events:rate5m{slo=\"fal\"} > 0");
            running.awaitData("slo:error_budget_left:ratio_rate30d");
        }
        return running;
    }

    @Override
    public void close() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (lonely != null) {
            lonely.close();
        }
        worker.close();
        if (redis != null) {
            redis.close();
        }
    }
}
