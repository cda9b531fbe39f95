package dev.duplexvoice.examples.cli;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.examples.serve.TraceExport;
import dev.duplexvoice.examples.worker.Registration;
import dev.duplexvoice.examples.worker.TransportLog;
import dev.duplexvoice.examples.worker.WorkerConfig;
import dev.duplexvoice.examples.worker.WorkerHealth;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.MemoryWatch;
import dev.duplexvoice.logging.Redactor;
import dev.duplexvoice.logging.SlowOperations;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.micrometer.operator.OperatorEndpoint;
import dev.duplexvoice.model.ModelLease;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SpeechSynthesizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code voice worker}. */
@Command(
        name = "worker",
        description = "Speak for other processes: a gRPC worker with the voices of this machine.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Without --config it has the embedded voices, and only this machine reaches it.",
            "It also holds whole conversations for hosts in any language, duplexvoice.v1.DuplexVoice.",
            "With redis.uri in the file it registers there, for others to find: docs/discovery.md.",
            "SIGTERM lets what is spoken finish, for 30 s at most. docs/grpc.md lists the keys of the file.",
            "VOICE_LOG_FORMAT=json or VOICE_LOG_FOLDER=DIR makes its log that of a server: docs/logging.md.",
            "Example: voice worker --config worker.yaml"
        })
final class WorkerCommand implements Callable<Integer> {
    private static final List<String> READ_ANEW = List.of("sessions.max", "sessions.idle");

    @Option(names = "--config", paramLabel = "F.yaml", description = "Settings; the options below go before them.")
    private @Nullable Path file;

    @Option(names = "--host", paramLabel = "H", description = "The address to listen at: 127.0.0.1.")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "N", description = "The port: 7001; 0 takes a free one.")
    private @Nullable Integer port;

    @Option(names = "--voice", paramLabel = "V", description = "The voice of sessions that name none: rms.")
    private @Nullable String voice;

    @Option(names = "--max-sessions", paramLabel = "N", description = "Sessions at a time: 100.")
    private @Nullable Integer maxSessions;

    @Option(
            names = "--operator-port",
            paramLabel = "N",
            description = "Where voice slo, voice debug and Prometheus ask: 9464; 0 takes a free one.")
    private @Nullable Integer operatorPort;

    @Mixin
    private WarnOptions warn = new WarnOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        WorkerConfig config = config();
        VoiceLogging logging = serverLog();
        TransportLog.install();
        SlowOperations slow = SlowOperations.create(config.thresholds());
        ObservedProcess observed = observed(config);
        if (observed != null && logging != null) {
            observed.metrics().lostLogLines(() -> logging.statistics().lost());
        }
        VoiceTelemetry told = observed == null ? VoiceTelemetry.disabled() : observed.telemetry();
        MemoryWatch memory = MemoryWatch.start(slow);
        try (observed;
                memory;
                TraceExport traces = config.traces();
                VoiceEngine engine = config.engine(VoiceTelemetry.of(told, slow.telemetry(), traces.telemetry()))) {
            AtomicReference<@Nullable SpeechWorker> running = new AtomicReference<>();
            SpeechWorker.Builder builder = config.worker(engine).onReload(() -> reload(config, running.get()));
            traces.addTo(builder);
            preload(engine);
            WorkerHealth health = new WorkerHealth(engine);
            try (OperatorEndpoint endpoint =
                    observed == null ? null : config.operatorEndpoint(observed.pages(health))) {
                SpeechWorker worker = builder.start();
                running.set(worker);
                Registration registration = observed == null
                        ? config.register(worker)
                        : config.register(
                                worker, client -> observed.metrics().redis().instrument(client));
                health.listens(worker, registration);
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(
                                () -> stop(engine, worker, registration, config, traces, logging),
                                "voice-worker-stop"));
                PrintWriter out = spec.commandLine().getOut();
                out.println("listening on " + config.host + ":" + worker.port() + " with the voices "
                        + String.join(", ", engine.voices()) + "; the default is " + engine.defaultVoice());
                if (registration != null) {
                    out.println("registers in " + registration);
                }
                if (endpoint != null) {
                    tell(out, config, endpoint);
                }
                out.flush();
                worker.awaitTermination();
            }
        }
        return 0;
    }

    private static @Nullable ObservedProcess observed(WorkerConfig config) {
        ObservedProcess.Builder builder = config.observed();
        return builder == null
                ? null
                : builder.version(ProgramVersion.text())
                        .redaction(Redactor.standard()::redact)
                        .build();
    }

    private void tell(PrintWriter out, WorkerConfig config, OperatorEndpoint endpoint) {
        String url = config.operatorUrl(endpoint);
        if (!config.isOperatorAsExpected(endpoint)) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "voice: port " + OperatorEndpoint.PORT + " is taken, so the operator's commands need --url "
                                    + url + "; operator.port chooses one");
        }
        out.println("tells the operator at " + url);
    }

    /** What is logged goes to stderr as with any command, unless the environment asks for a server's log. */
    private static @Nullable VoiceLogging serverLog() {
        if (System.getenv("VOICE_LOG_FORMAT") != null || System.getenv("VOICE_LOG_FOLDER") != null) {
            return VoiceLogging.configure(LoggingOptions.fromEnvironment("voice-worker", System::getenv)
                    .console(LoggingOptions.Console.STDERR)
                    .build());
        }
        return null;
    }

    /** The file's settings, checked as such, then those of the command line. */
    private WorkerConfig config() {
        WorkerConfig config = new WorkerConfig();
        Path from = file;
        if (from != null) {
            config = WorkerConfig.read(from);
            try (VoiceEngine engine = config.engine(VoiceTelemetry.disabled())) {
                config.worker(engine);
                config.checkOperator();
                config.thresholds();
                config.checkTraces();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(from + ": " + e.getMessage(), e);
            }
        }
        config.host = or(host, config.host);
        config.port = or(port, config.port);
        config.voice = voice == null ? config.voice : voice;
        config.maxSessions = or(maxSessions, config.maxSessions);
        config.thresholds(warn.over(config.thresholds()));
        if (operatorPort != null) {
            config.operatorPort(operatorPort);
            config.checkOperator();
        }
        if (from != null) {
            // With the host and the port that count in the end.
            try {
                config.checkRegistration();
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(from + ": " + e.getMessage(), e);
            }
        }
        return config;
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    /** So that the first session need not wait, and a voice that is not there is told of now. */
    private static void preload(VoiceEngine engine) throws InterruptedException {
        String voice = engine.defaultVoice();
        if (!engine.voices().contains(voice)) {
            throw new IllegalArgumentException(
                    "voice=" + voice + ": there is no such voice; use one of " + engine.voices());
        }
        try (ModelLease<SpeechSynthesizer> lease = engine.voiceModels().acquireBlocking(voice, "start")) {
            lease.model();
        }
    }

    /** @param began what the worker runs with, but for what was read anew since */
    private String reload(WorkerConfig began, @Nullable SpeechWorker worker) {
        if (worker == null || file == null) {
            return "there is no --config to read anew";
        }
        WorkerConfig now = config();
        worker.limits(now.maxSessions, now.idle);
        List<String> later = new ArrayList<>(began.differences(now));
        later.removeAll(READ_ANEW);
        if (now.maxSessions != began.maxSessions) {
            later.add("sessions.max of conversations");
        }
        return "sessions.max=" + now.maxSessions + " and sessions.idle=" + now.idle.toSeconds() + "s read anew"
                + (later.isEmpty() ? "" : ", a restart is needed for " + String.join(", ", later));
    }

    /** Ends the process with 0, which the JVM does not do after a signal. */
    private static void stop(
            VoiceEngine engine,
            SpeechWorker worker,
            @Nullable Registration registration,
            WorkerConfig config,
            TraceExport traces,
            @Nullable VoiceLogging logging) {
        if (registration != null) {
            registration.withdraw();
        }
        engine.drain(config.drain);
        worker.drain(config.drain).toCompletableFuture().join();
        if (registration != null) {
            // Last: with a Redis that hangs it takes seconds, in which clients must already know that this ends.
            registration.close();
        }
        traces.close();
        if (logging != null) {
            logging.flush();
        }
        Runtime.getRuntime().halt(0);
    }
}
