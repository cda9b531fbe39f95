package dev.duplexvoice.examples.ops;

import static dev.duplexvoice.grpc.support.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.VoiceException;
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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A system in trouble: a worker that refuses a session and a voice that it lacks, and whose Redis goes and returns, the log of a server,
 * a pack with a damaged file, a GPU that is full, and a Prometheus, beside a folder in which an operator types. Pages are gone through by
 * their names: what happens for one is in the worker's log for the next.
 */
final class RunbookScene implements AutoCloseable {
    private static final String WORKER = "127.0.0.1:9464";
    private static final String GONE = "http://127.0.0.1:9465";
    private static final String HOST = "http://127.0.0.1:8080";
    private static final String PROMETHEUS = "http://127.0.0.1:9090";
    private static final String PROCESS = "/proc/4711/";
    private static final Path LOG = Path.of("logs/app/voice-worker.log");

    private final Path folder;
    private final Path home;
    private final GpuHost host;
    private final PackServer packs;
    private final ObservedWorker worker;
    private final VoiceShell shell;
    private final int gone = ServerProcess.freePort();
    private @Nullable RedisServer redis;
    private boolean redisThere = true;
    private @Nullable PrometheusServer prometheus;

    RunbookScene(Path parent) throws Exception {
        folder = Files.createDirectories(parent.resolve("voice"));
        home = Files.createDirectories(parent.resolve("home"));
        ServerLog.write(folder.resolve("logs"));
        host = new GpuHost();
        packs = new PackServer(folder.resolve("voices.yaml"));
        try {
            redis = RedisServer.start();
        } catch (TestAbortedException e) {
            redis = null; // pages that need none go on
        }
        worker = ObservedWorker.start(
                folder,
                "voice: slt\nsessions.max: 2\noperator.worker: tts@0\n"
                        + (redis == null ? "" : "redis: {uri: '" + redis.uri() + "', name: tts-1}\n"),
                Map.of("VOICE_LOG_FORMAT", "json", "VOICE_LOG_FOLDER", "logs"));
        shell = new VoiceShell(folder, home, worker.url());
    }

    /** All that has gone wrong when the operator comes. */
    void happen() throws Exception {
        run("./voice models pull anna --catalogue voices.yaml");
        Files.writeString(home.resolve(".local/share/duplexvoice/voicepacks/vits/anna/anna.onnx"), "the modem");
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

    /** Lets Redis go, or return, and the worker notice. */
    private void redisIs(boolean there, RedisServer server) throws Exception {
        if (there == redisThere) {
            return;
        }
        redisThere = there;
        if (there) {
            server.begin();
            eventually(
                    "the worker has registered again",
                    () -> String.valueOf(server.command("EXISTS", "worker:tts-1"))
                            .startsWith(":1"));
        } else {
            server.kill();
        }
        String line = there ? "connected to Redis again" : "no connection to Redis";
        eventually(line, () -> {
            try {
                return Files.readString(folder.resolve(LOG)).contains(line);
            } catch (IOException e) {
                return false;
            }
        });
    }

    boolean hasRedis() {
        return redis != null;
    }

    /** What a command of a page prints, on both streams; fails if its exit code is not 0. */
    String run(Runbook.Step step) throws Exception {
        RedisServer server = redis;
        if (server != null) {
            redisIs(!step.page().equals("redis") || step.part().equals("Over"), server);
        }
        return run(step.command());
    }

    private String run(String command) throws Exception {
        Map<String, String> places = places();
        if (command.contains(PROMETHEUS)) {
            PrometheusServer server = prometheus();
            places.put(PROMETHEUS, server.url());
            places.put("127.0.0.1:9121", server.nobody());
        }
        String text = command;
        for (Map.Entry<String, String> place : places.entrySet()) {
            text = text.replace(place.getKey(), place.getValue());
        }
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", text)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        VoiceShell.forget(builder.environment());
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s printed: %s", text, printed).isZero();
        for (Map.Entry<String, String> place : places.entrySet()) {
            printed = printed.replace(place.getValue(), place.getKey());
        }
        return printed;
    }

    /** Where things are for the pages, which have them at their usual places, and where they are here. */
    private Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put(WORKER, URI.create(worker.url()).getAuthority());
        places.put("127.0.0.1:7001", worker.target());
        places.put(GONE, "http://127.0.0.1:" + gone);
        places.put(HOST, host.url());
        places.put(PROCESS, "/proc/" + worker.pid() + "/");
        places.put("/srv/voice", folder.toString());
        places.put("/home/voice", home.toString());
        RedisServer server = redis;
        if (server != null) {
            places.put("-p 6379", "-p " + server.port());
            places.put("127.0.0.1:6379", "127.0.0.1:" + server.port());
        }
        return places;
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
        shell.close();
        worker.close();
        if (redis != null) {
            redis.close();
        }
        packs.close();
        host.close();
    }
}
