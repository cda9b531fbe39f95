package dev.duplexvoice.server.browser;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.dialog.Responder;
import dev.duplexvoice.logging.LogTail;
import dev.duplexvoice.logging.LoggingOptions;
import dev.duplexvoice.logging.VoiceLogging;
import dev.duplexvoice.micrometer.operator.Finding;
import dev.duplexvoice.micrometer.operator.ObservedProcess;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.VoiceSocket;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.OperatorRoutes;
import dev.duplexvoice.server.http.SessionRoutes;
import dev.duplexvoice.server.internal.console.Activity;
import dev.duplexvoice.server.internal.console.ConsoleRoutes;
import dev.duplexvoice.server.support.LiveServer;
import dev.duplexvoice.stt.SpeechRecognizer;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A server with the console, whose recognizer and Responder are given; everything else is real. */
final class ConsoleServer implements AutoCloseable {
    private final VoiceLogging logging = VoiceLogging.configure(LoggingOptions.server("voice-server")
            .console(LoggingOptions.Console.NONE)
            .build());
    private final ObservedProcess observed = ObservedProcess.builder("voice-server")
            .version("0.1.0")
            .window(Duration.ofHours(1))
            .build();
    private final Activity activity = new Activity();
    private final VoiceEngine engine = VoiceEngine.builder()
            .telemetry(VoiceTelemetry.of(observed.telemetry(), activity))
            .build();
    private final VoiceSocket socket;
    private final ConsoleRoutes console;
    private final LiveServer server;

    ConsoleServer(SpeechRecognizer recognizer, Responder responder) {
        // Loaded before somebody waits for them.
        engine.detector();
        engine.openVoice(engine.defaultVoice()).close();
        socket = VoiceSocket.builder(engine)
                .configure((caller, options) -> {
                    options.responder(responder);
                    if (!caller.recognizes()) {
                        options.recognizer(recognizer);
                    }
                })
                .build();
        console = ConsoleRoutes.builder(
                        observed.metrics(),
                        observed.pages(() -> CompletableFuture.completedFuture(Map.of(
                                "voice", new Finding(true, true, null), "detector", new Finding(true, true, null)))))
                .activity(activity)
                .loops(engine::loops)
                .logs(logging.tail(LogTail.LINES))
                .build();
        Principal everybody = new Principal("tester", EnumSet.allOf(Scope.class));
        server = LiveServer.start(config -> {
            config.routes.before(context -> Access.principal(context, everybody));
            new OperatorRoutes(observed.pages(() -> CompletableFuture.completedFuture(Map.of()))).routes(config.routes);
            new SessionRoutes(socket.directory(), logging.auditLog()).routes(config.routes);
            console.routes(config.routes);
            socket.routes(config, "/v1/voice");
        });
    }

    String url() {
        return server.uri("/").toString();
    }

    VoiceEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        console.close();
        socket.close();
        server.close();
        engine.close();
        observed.close();
        logging.close();
    }
}
