package dev.duplexvoice.examples.cli;

import dev.duplexvoice.examples.conversation.Responders;
import dev.duplexvoice.examples.serve.ServerLog;
import dev.duplexvoice.examples.serve.TraceExport;
import dev.duplexvoice.examples.serve.WorkerVoices;
import dev.duplexvoice.logging.Redactor;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.server.VoiceServer;
import dev.duplexvoice.server.config.ConfigWatcher;
import dev.duplexvoice.server.config.ServerConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice serve}. */
@Command(
        name = "serve",
        description = "Talk with browsers and programs: a WebSocket server with a web console.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Without --config it listens at 127.0.0.1:8080; open that in a browser and talk.",
            "SIGTERM lets conversations end, for server.drain at most. docs/configuration.md has the keys of the file.",
            "Example: voice serve --config voice.yaml"
        })
final class ServeCommand implements Callable<Integer> {
    private static final int LOOK_SECONDS = 2;

    @Option(names = "--config", paramLabel = "F.yaml", description = "Settings; the options below go before them.")
    private @Nullable Path file;

    @Option(names = "--host", paramLabel = "H", description = "The address to listen at: 127.0.0.1.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "N", description = "The port: 8080; 0 takes a free one.")
    private @Nullable String port;

    @Option(names = "--voice", paramLabel = "V", description = "The voice of those who name none: rms.")
    private @Nullable String voice;

    @Option(
            names = "--responder",
            paramLabel = "R",
            defaultValue = "echo",
            description = "Who answers: echo, or script:F.json with an array of texts.")
    private String responder = "echo";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> commandLine = commandLine();
        ServerConfig config = ServerConfig.load(file, System.getenv(), commandLine);
        Responders.parse(responder);
        // What can be told without a log is told before there is one.
        VoiceServer.builder(config).check();
        try (VoiceLogging logging = ServerLog.configure(config);
                TraceExport traces = TraceExport.of(config);
                WorkerVoices workers = WorkerVoices.of(config, traces);
                VoiceServer server = start(config, logging, workers, traces)) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stop(server, workers, traces, logging), "voice-server-stop"));
            watch(config, commandLine, server, logging);
            tell(server, workers);
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private void tell(VoiceServer server, WorkerVoices workers) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("listening at " + server.url() + " with the voices "
                + (workers.any()
                        ? "of its workers"
                        : String.join(", ", server.engine().voices()) + "; the default is "
                                + server.engine().defaultVoice()));
        if (server.adminPort() != server.port()) {
            out.println("operators at port " + server.adminPort());
        }
        out.flush();
    }

    private VoiceServer start(ServerConfig config, VoiceLogging logging, WorkerVoices workers, TraceExport traces) {
        VoiceServer.Builder builder = VoiceServer.builder(config)
                .version(ProgramVersion.text())
                .redaction(Redactor.standard()::redact)
                .logging(logging)
                .telemetry(traces.telemetry())
                // Each conversation has its own: a script begins anew.
                .configure((caller, options) -> {
                    workers.addTo(options);
                    if (!caller.answers()) {
                        options.responder(Responders.parse(responder));
                    }
                });
        workers.addTo(builder);
        return builder.start();
    }

    private Map<String, String> commandLine() {
        Map<String, String> given = new LinkedHashMap<>();
        put(given, "server.host", host);
        put(given, "server.port", port);
        put(given, "models.voice", voice);
        return given;
    }

    private static void put(Map<String, String> given, String key, @Nullable String value) {
        if (value != null) {
            given.put(key, value);
        }
    }

    /** Looks at the file now and then, for as long as the process lives. */
    private void watch(ServerConfig config, Map<String, String> commandLine, VoiceServer server, VoiceLogging logging) {
        Path from = file;
        if (from == null) {
            return;
        }
        AtomicReference<ServerConfig> current = new AtomicReference<>(config);
        ConfigWatcher watcher = new ConfigWatcher(from, System.getenv(), commandLine, config, changed -> {
            server.reconfigure(changed);
            ServerLog.apply(current.getAndSet(changed), changed, logging);
        });
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "voice-config");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(watcher::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Ends the process with 0, which the JVM does not do after a signal. */
    private static void stop(VoiceServer server, WorkerVoices workers, TraceExport traces, VoiceLogging logging) {
        try {
            server.drain().toCompletableFuture().join();
            server.close();
            workers.close();
            traces.close();
        } finally {
            logging.flush();
            Runtime.getRuntime().halt(0);
        }
    }
}
