package dev.duplexvoice.examples.hosting;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.VoiceSocket;
import io.javalin.Javalin;
import java.time.Duration;

/** Conversations in a server that a host has anyway; {@code VoiceServer} is one that is ready. */
public final class EmbeddedVoice {
    private EmbeddedVoice() {}

    /** A host's own server, with conversations at {@code /voice}; stopping it lets them end, for 30 s at most. */
    public static Javalin server() {
        VoiceEngine engine = VoiceEngine.create();
        VoiceSocket voice = VoiceSocket.builder(engine)
                .configure((caller, options) -> options.responder((turn, reply) ->
                        reply.write("Hello! You spoke for " + turn.speech().toMillis() + " ms.")))
                .build();
        return Javalin.create(config -> {
            config.routes.get("/orders", context -> context.result("what the host serves anyway"));
            voice.routes(config, "/voice");
            config.events.serverStopping(() ->
                    voice.drain(Duration.ofSeconds(30)).toCompletableFuture().join());
            config.events.serverStopped(engine::close);
        });
    }

    /** Serves at port 8080 of this machine. */
    public static void main(String[] args) {
        server().start("127.0.0.1", 8080);
    }
}
