package dev.duplexvoice.examples.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A server that a voice can be pulled from, and the catalogue that names it. The voice cannot speak; nobody asks it to. */
final class PackServer implements AutoCloseable {
    private final HttpServer server;

    /** @param catalogue written */
    PackServer(Path catalogue) throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String model = serve("/anna.onnx", "the model");
        String config = serve("/anna.json", "its settings");
        server.start();
        String url = "http://localhost:" + server.getAddress().getPort();
        Files.writeString(catalogue, """
                models:
                  - id: anna
                    family: vits
                    languages: [en-US]
                    sample_rate: 22050
                    licence: MIT
                    note: made here
                    files:
                      - {role: model, path: anna.onnx, %s, url: "%s/anna.onnx"}
                      - {role: config, path: anna.json, %s, url: "%s/anna.json"}
                """.formatted(model, url, config, url));
    }

    /** Returns size and digest as a catalogue has them. */
    private String serve(String path, String text) throws Exception {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> answer(exchange, body));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
        return "size: " + body.length + ", sha256: " + HexFormat.of().formatHex(digest);
    }

    private static void answer(HttpExchange exchange, byte[] body) throws IOException {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
