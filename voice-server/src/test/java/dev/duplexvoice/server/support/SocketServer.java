package dev.duplexvoice.server.support;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.VoiceSocket;
import io.javalin.Javalin;
import java.net.URI;
import java.util.function.Consumer;

/** A host's own server on a free port of loopback, with a socket at {@code /voice}. */
public final class SocketServer implements AutoCloseable {
    public final VoiceEngine engine;
    public final VoiceSocket socket;
    public final int port;
    private final Javalin server;

    public SocketServer(VoiceEngine engine, Consumer<VoiceSocket.Builder> settings) {
        this.engine = engine;
        VoiceSocket.Builder builder = VoiceSocket.builder(engine);
        settings.accept(builder);
        socket = builder.build();
        server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    socket.routes(config, "/voice");
                })
                .start("127.0.0.1", 0);
        port = server.port();
    }

    public URI uri() {
        return URI.create("ws://127.0.0.1:" + port + "/voice");
    }

    @Override
    public void close() {
        socket.close();
        server.stop();
        engine.close();
    }
}
