package dev.duplexvoice.examples.hosting;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.VoiceSocket;
import io.javalin.Javalin;
import java.time.Duration;
import org.eclipse.jetty.server.Handler;

/** Conversations beside the handlers of a host that is written for Jetty 12.1 itself: one server, one port. */
public final class EmbeddedInJetty {
    private EmbeddedInJetty() {}

    /**
     * A server that asks the host's handlers first, and has conversations at {@code /voice}.
     *
     * @param hosts handlers that leave alone what is not theirs: a {@code ContextHandler}, a {@code ServletContextHandler}
     */
    public static Javalin server(VoiceEngine engine, Handler... hosts) {
        VoiceSocket voice = VoiceSocket.builder(engine)
                .configure((caller, options) ->
                        options.responder((turn, reply) -> reply.write("Hello! You said: " + turn.text())))
                .build();
        return Javalin.create(config -> {
            // Javalin adds itself behind them. Connectors of the host's go in here, too: server.addConnector.
            config.jetty.modifyServer(server -> server.setHandler(new Handler.Sequence(hosts)));
            voice.routes(config.routes, "/voice");
            config.events.serverStopping(() ->
                    voice.drain(Duration.ofSeconds(30)).toCompletableFuture().join());
            config.events.serverStopped(voice::close);
        });
    }
}
