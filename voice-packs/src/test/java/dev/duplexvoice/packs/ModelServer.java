package dev.duplexvoice.packs;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * A real server on a socket, which says byte for byte what a test wants it to say: so it can lie and break off. Requests are answered
 * by the next script, the last script answers all that follow.
 */
final class ModelServer implements AutoCloseable {
    /** What was asked. */
    record Request(String method, String target, Map<String, String> headers) {
        String header(String name) {
            return headers.get(name);
        }
    }

    /** Answers one request; the connection ends when it returns. */
    @FunctionalInterface
    interface Script {
        void answer(Request request, OutputStream out) throws IOException, InterruptedException;
    }

    final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private final ConcurrentLinkedQueue<Script> scripts = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Socket> open = Collections.synchronizedList(new ArrayList<>());
    private final ServerSocket socket;

    ModelServer(Script... scripts) throws IOException {
        this(() -> new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), scripts);
    }

    interface Opening {
        ServerSocket open() throws IOException;
    }

    ModelServer(Opening opening, Script... scripts) throws IOException {
        this.scripts.addAll(List.of(scripts));
        socket = opening.open();
        Thread acceptor = new Thread(this::accept, "model-server");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    void then(Script script) {
        scripts.add(script);
    }

    int port() {
        return socket.getLocalPort();
    }

    URI url(String path) {
        return URI.create("http://localhost:" + port() + path);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                open.add(connection);
                Thread thread = new Thread(() -> serve(connection), "model-server-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            Request request = read(new BufferedInputStream(connection.getInputStream()));
            if (request != null) {
                requests.add(request);
                Script script = scripts.size() > 1 ? scripts.poll() : scripts.peek();
                OutputStream out = connection.getOutputStream();
                script.answer(request, out);
                out.flush();
            }
        } catch (IOException | InterruptedException e) {
            // the client has gone, as some tests want it to
        }
    }

    private static Request read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        String[] words = first.split(" ");
        return new Request(words[0], words[1], headers);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    static void head(OutputStream out, int status, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Because\r\nConnection: close\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    static Script status(int status, String... headers) {
        return (request, out) -> head(out, status, headers);
    }

    /** As good servers do: ranges, and all of it anew where {@code If-Range} does not fit. */
    static Script file(byte[] body, String etag) {
        return file(() -> body, etag, Integer.MAX_VALUE);
    }

    /** The same, but the connection ends after so many bytes of the body. */
    static Script cut(byte[] body, String etag, int after) {
        return file(() -> body, etag, after);
    }

    private static Script file(Supplier<byte[]> body, String etag, int after) {
        return (request, out) -> {
            byte[] bytes = body.get();
            int from = 0;
            String range = request.header("Range");
            String condition = request.header("If-Range");
            if (range != null && (condition == null || condition.equals(etag))) {
                from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
                head(
                        out,
                        206,
                        "ETag: " + etag,
                        "Content-Length: " + (bytes.length - from),
                        "Content-Range: bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
            } else {
                head(out, 200, "ETag: " + etag, "Content-Length: " + bytes.length);
            }
            out.write(bytes, from, Math.min(after, bytes.length - from));
        };
    }

    /** Sends so many bytes, and then nothing until the server is closed. */
    Script stall(byte[] body, int after) {
        return (request, out) -> {
            head(out, 200, "ETag: \"s\"", "Content-Length: " + body.length);
            out.write(body, 0, after);
            out.flush();
            closing.await();
        };
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        socket.close();
        for (Socket connection : List.copyOf(open)) {
            connection.close();
        }
    }
}
