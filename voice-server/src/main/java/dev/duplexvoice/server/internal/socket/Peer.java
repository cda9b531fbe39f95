package dev.duplexvoice.server.internal.socket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.jspecify.annotations.Nullable;

/** What Jetty's session interface does not tell of a connection: what came in, and how much the system may hold of what goes out. */
final class Peer {
    private final @Nullable Connection connection;

    Peer(Session session) {
        connection =
                session instanceof WebSocketSession known && known.getCoreSession() instanceof WebSocketCoreSession core
                        ? core.getConnection()
                        : null;
    }

    /** Bytes that came in so far; -1 if that is not known. */
    long bytesIn() {
        return connection == null ? -1 : connection.getBytesIn();
    }

    /** How much the system holds for a client that does not read, which by itself it lets grow to megabytes: minutes of audio. */
    void limitSendBuffer(int bytes) {
        EndPoint endPoint = connection == null ? null : connection.getEndPoint();
        if (endPoint != null && endPoint.getTransport() instanceof SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_SNDBUF, bytes);
            } catch (IOException | UnsupportedOperationException e) {
                // It is the system's choice then.
            }
        }
    }
}
