package dev.duplexvoice.grpc.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A bad network between a client and a server on this machine: it delays, cuts, refuses, and keeps connections open through which nothing
 * comes any more, in one direction or both.
 */
public final class TcpProxy implements AutoCloseable {
    /** What becomes of bytes. */
    public enum Way {
        /** They arrive. */
        OPEN,
        /** They are lost, as behind a router that has forgotten the connection: both ends believe that it stands. */
        LOST
    }

    private final int target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile Way toServer = Way.OPEN;
    private volatile Way toClient = Way.OPEN;
    private volatile long delayNanos;
    private volatile boolean refusing;
    private volatile int connections;

    /** @param target the server's port on this machine */
    public TcpProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    private static void start(String what, Runnable task) {
        Thread thread = new Thread(task, "proxy-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                if (refusing) {
                    reset(client);
                    continue;
                }
                connections++;
                Socket server = new Socket();
                sockets.add(server);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 10_000);
                start("to-server", () -> copy(client, server, true));
                start("to-client", () -> copy(server, client, false));
            } catch (IOException e) {
                // Closed, or the server is not there: the client sees a connection that ends.
                cutIfAny();
            }
        }
    }

    private void cutIfAny() {
        if (!listener.isClosed()) {
            cut();
        }
    }

    private void copy(Socket from, Socket to, boolean up) {
        byte[] bytes = new byte[8_192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                long delay = delayNanos;
                if (delay > 0) {
                    LockSupport.parkNanos(delay);
                }
                // Once something is missing, nothing behind it may arrive.
                if ((up ? toServer : toClient) == Way.LOST) {
                    swallow(in, bytes);
                    return;
                }
                out.write(bytes, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // One end is gone, and so is the other.
            reset(from);
            reset(to);
        }
    }

    private static void swallow(InputStream in, byte[] bytes) throws IOException {
        int count = 0;
        while (count >= 0) {
            count = in.read(bytes);
        }
    }

    /** Ends it with RST, as a process that was killed or a machine that was restarted does. */
    private void reset(Socket socket) {
        sockets.remove(socket);
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed.
        }
    }

    /** Each piece that is read waits so long. */
    public void delayMillis(long millis) {
        delayNanos = millis * 1_000_000;
    }

    /** What becomes of bytes from now on. Connections of which something was lost stay silent, whatever is set later. */
    public void ways(Way up, Way down) {
        toServer = up;
        toClient = down;
    }

    /** Ends all connections at once. */
    public void cut() {
        sockets.forEach(this::reset);
    }

    /** Whether new connections are ended at once. */
    public void refuse(boolean value) {
        refusing = value;
    }

    /** Connections that were let through so far. */
    public int connections() {
        return connections;
    }

    /** Where clients connect. */
    public int port() {
        return listener.getLocalPort();
    }

    public String address() {
        return "grpc://127.0.0.1:" + port();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
