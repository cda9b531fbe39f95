package dev.duplexvoice.server.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.duplexvoice.server.http.HttpBasics;
import dev.duplexvoice.server.security.HttpListener;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A Jetty on a free port of loopback, with what all routes share, and clients for it. */
public final class LiveServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Javalin javalin;

    private LiveServer(Javalin javalin) {
        this.javalin = javalin.start();
    }

    /** One with the usual bounds. */
    public static LiveServer start(Consumer<JavalinConfig> more) {
        return start(HttpListener.builder("127.0.0.1", 0).build(), more);
    }

    /** One that listens so. */
    public static LiveServer start(HttpListener listener, Consumer<JavalinConfig> more) {
        return new LiveServer(Javalin.create(config -> {
            HttpBasics.builder().build().apply(config);
            listener.apply(config);
            more.accept(config);
        }));
    }

    public int port() {
        return javalin.port();
    }

    public Javalin javalin() {
        return javalin;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    /** Sends a request without a body. */
    public HttpResponse<String> ask(String method, String path, String... headers)
            throws IOException, InterruptedException {
        return send(method, path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    /** Sends a body of JSON. */
    public HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return send(method, path, HttpRequest.BodyPublishers.ofString(body), all);
    }

    private HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A connection of one's own. */
    public Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", port());
        // Nothing here waits for so long; it ends a test that hangs.
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** Sends bytes as they are, and reads until the server closes. */
    public String raw(String text) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return readAll(socket);
        }
    }

    /** What comes until the server closes; a reset ends it, too. */
    public static String readAll(Socket socket) {
        StringBuilder all = new StringBuilder();
        try {
            for (int b = socket.getInputStream().read();
                    b >= 0;
                    b = socket.getInputStream().read()) {
                all.append((char) b);
            }
        } catch (IOException e) {
            if (e instanceof java.net.SocketTimeoutException) {
                throw new AssertionError("the server did not close the connection", e);
            }
        }
        return all.toString();
    }

    /** A body as JSON. */
    public static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
