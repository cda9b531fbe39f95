package dev.duplexvoice.server.support;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.VoiceSocket;
import io.javalin.Javalin;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.session.DefaultSessionCache;

/** A host's own server on a free port of loopback, with a socket at {@code /voice}. */
public final class SocketServer implements AutoCloseable {
    public final VoiceEngine engine;
    public final VoiceSocket socket;
    public final int port;
    private final Javalin server;
    private final ServletContextHandler context;

    public SocketServer(VoiceEngine engine, Consumer<VoiceSocket.Builder> settings) {
        this.engine = engine;
        VoiceSocket.Builder builder = VoiceSocket.builder(engine);
        settings.accept(builder);
        socket = builder.build();
        AtomicReference<ServletContextHandler> context = new AtomicReference<>();
        server = Javalin.create(config -> {
                    config.jetty.modifyServletContextHandler(context::set);
                    config.startup.showJavalinBanner = false;
                    socket.routes(config, "/voice");
                })
                .start("127.0.0.1", 0);
        port = server.port();
        this.context = context.get();
    }

    public URI uri() {
        return URI.create("ws://127.0.0.1:" + port + "/voice");
    }

    /** Sessions of HTTP, as cookies name them, that are kept. */
    public long httpSessions() {
        return ((DefaultSessionCache) context.getSessionHandler().getSessionCache()).getSessionsCurrent();
    }

    @Override
    public void close() {
        socket.close();
        server.stop();
        engine.close();
    }
}
