package dev.duplexvoice.packs;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A forward proxy as small as one can be: it takes {@code CONNECT}, and passes bytes on both ways. */
final class TunnelProxy implements AutoCloseable {
    final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final boolean refuses;

    TunnelProxy(boolean refuses) throws IOException {
        this.refuses = refuses;
        run(() -> {
            while (!socket.isClosed()) {
                Socket client = socket.accept();
                run(() -> serve(client));
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // one of the two has gone
                    }
                },
                "tunnel-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve(Socket client) throws IOException {
        try (client) {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = client.getInputStream().read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            String line = head.substring(0, head.indexOf("\r\n"));
            asked.add(line);
            if (refuses) {
                answer(client, "HTTP/1.1 403 No");
                return;
            }
            String target = line.split(" ")[1];
            try (Socket server = new Socket(
                    InetAddress.getLoopbackAddress(), Integer.parseInt(target.substring(target.indexOf(':') + 1)))) {
                answer(client, "HTTP/1.1 200 Yes");
                run(() -> pass(client, server));
                pass(server, client);
            }
        }
    }

    private static void answer(Socket client, String line) throws IOException {
        client.getOutputStream().write((line + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void pass(Socket from, Socket to) throws IOException {
        InputStream in = from.getInputStream();
        in.transferTo(to.getOutputStream());
        to.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
