package dev.duplexvoice.examples.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client of {@code duplexvoice.v1}. */
final class TestCaller implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringBuilder text = new StringBuilder();
    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final WebSocket socket;

    /** Frames of audio that came. */
    final AtomicInteger frames = new AtomicInteger();

    /** The close code. */
    final CompletableFuture<Integer> closed = new CompletableFuture<>();

    /** @param token empty for none */
    TestCaller(URI uri, String token) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder().subprotocols("duplexvoice.v1");
        if (!token.isEmpty()) {
            builder.header("Authorization", "Bearer " + token);
        }
        socket = builder.buildAsync(uri, this).join();
    }

    void send(String json) {
        socket.sendText(json.replace('\'', '"'), true).join();
    }

    /** Waits for the next message of this type. */
    JsonNode await(String type) throws InterruptedException {
        while (true) {
            JsonNode next = messages.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no " + type);
            }
            if (next.path("type").asText().equals(type)) {
                return next;
            }
        }
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            try {
                messages.add(JSON.readTree(text.toString()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        if (last) {
            frames.incrementAndGet();
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.complete(-1);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
