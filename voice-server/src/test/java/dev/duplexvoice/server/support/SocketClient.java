package dev.duplexvoice.server.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A client as others would write one: JSON and binary frames over the JDK's WebSocket. Used by one thread. */
public final class SocketClient implements AutoCloseable {
    public static final long PATIENCE_SECONDS = 30;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A frame of audio, whichever way it came. */
    public record Audio(long sequence, long position, short[] samples) {}

    /** What came: a message, or audio. */
    private record Received(JsonNode message, Audio audio) {}

    private final WebSocket socket;
    private final LinkedBlockingQueue<Received> queue = new LinkedBlockingQueue<>();
    /** All that was looked at so far. */
    public final List<JsonNode> messages = new ArrayList<>();

    public final List<Audio> audio = new ArrayList<>();
    public final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private long inputSequence;

    private SocketClient(URI uri, String protocol) {
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (!protocol.isEmpty()) {
            builder.subprotocols(protocol);
        }
        socket = builder.buildAsync(uri, new Listener()).join();
    }

    /** An old client: no subprotocol. */
    public static SocketClient legacy(URI uri) {
        return new SocketClient(uri, "");
    }

    public static SocketClient connect(URI uri) {
        return new SocketClient(uri, "duplexvoice.v1");
    }

    public String protocol() {
        return socket.getSubprotocol();
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private ByteBuffer binary = ByteBuffer.allocate(0);

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            ByteBuffer whole = ByteBuffer.allocate(binary.remaining() + data.remaining());
            whole.put(binary).put(data).flip();
            binary = last ? ByteBuffer.allocate(0) : whole;
            if (last) {
                received(whole);
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
    }

    private void received(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("the server sent no JSON: " + text, e);
        }
        if (message.path("type").asText().equals("audio")) {
            ByteBuffer pcm = ByteBuffer.wrap(
                    Base64.getDecoder().decode(message.get("pcm").asText()));
            queue.add(new Received(
                    message,
                    new Audio(
                            message.get("sequence").asLong(),
                            message.path("position").asLong(-1),
                            samples(pcm))));
        } else {
            queue.add(new Received(message, null));
        }
    }

    private void received(ByteBuffer frame) {
        frame.order(ByteOrder.LITTLE_ENDIAN);
        long sequence = frame.getInt(4) & 0xffff_ffffL;
        long position = frame.getLong(8);
        queue.add(new Received(null, new Audio(sequence, position, samples(frame.position(16)))));
    }

    private static short[] samples(ByteBuffer pcm) {
        short[] samples = new short[pcm.remaining() / 2];
        pcm.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return samples;
    }

    // ------------------------------------------------------------------------------------------ sending

    public SocketClient send(String json) {
        socket.sendText(json.replace('\'', '"'), true).join();
        return this;
    }

    public void send(ByteBuffer binary) {
        socket.sendBinary(binary, true).join();
    }

    /** The next frame of the caller. */
    public void speak(short[] samples, int offset, int length) {
        send(frame(++inputSequence, samples, offset, length));
    }

    public static ByteBuffer frame(long sequence, short[] samples, int offset, int length) {
        ByteBuffer frame = ByteBuffer.allocate(16 + 2 * length).order(ByteOrder.LITTLE_ENDIAN);
        frame.put((byte) 1)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt((int) sequence)
                .putLong(0);
        for (int i = 0; i < length; i++) {
            frame.putShort(samples[offset + i]);
        }
        // The JDK's client masks with the buffer's byte order, and garbles what is not big-endian.
        return frame.flip().order(ByteOrder.BIG_ENDIAN);
    }

    /** Tells that all was played that came. */
    public void reportPlayout() {
        if (!audio.isEmpty()) {
            Audio last = audio.get(audio.size() - 1);
            send("{'type':'playout','position':" + (last.position() + last.samples().length) + "}");
        }
    }

    // ------------------------------------------------------------------------------------------ receiving

    /** Looks at what has come. */
    public void poll() {
        for (Received next = queue.poll(); next != null; next = queue.poll()) {
            take(next);
        }
    }

    private void take(Received next) {
        if (next.audio() != null) {
            audio.add(next.audio());
        }
        if (next.message() != null) {
            messages.add(next.message());
        }
    }

    /** Waits for the next message of this type. */
    public JsonNode await(String type) throws InterruptedException {
        return await(type, message -> true);
    }

    public JsonNode await(String type, Predicate<JsonNode> which) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            Received next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("no " + type + " came, but " + audio.size() + " frames and " + shown());
            }
            take(next);
            if (next.message() != null
                    && next.message().path("type").asText().equals(type)
                    && which.test(next.message())) {
                return next.message();
            }
        }
    }

    /** The first message of this type, which may have come already: what comes from the listener and from the sink has no order. */
    public JsonNode first(String type) throws InterruptedException {
        for (JsonNode message : messages) {
            if (message.path("type").asText().equals(type)) {
                return message;
            }
        }
        return await(type);
    }

    /** Waits until so many frames of audio have come. */
    public void awaitAudio(int frames) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (audio.size() < frames) {
            Received next = queue.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw new AssertionError("only " + audio.size() + " frames came, and " + types());
            }
            take(next);
        }
    }

    /** Waits until this many milliseconds bring nothing more. */
    public void drain(long quietMillis) throws InterruptedException {
        Received next = queue.poll(quietMillis, TimeUnit.MILLISECONDS);
        while (next != null) {
            take(next);
            next = queue.poll(quietMillis, TimeUnit.MILLISECONDS);
        }
    }

    public List<String> types() {
        return messages.stream().map(message -> message.path("type").asText()).toList();
    }

    private List<String> shown() {
        return messages.stream()
                .filter(message -> !message.path("type").asText().equals("audio"))
                .map(JsonNode::toString)
                .toList();
    }

    public int awaitClose() throws Exception {
        return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** All samples in order. */
    public short[] samples() {
        int length = audio.stream().mapToInt(frame -> frame.samples().length).sum();
        short[] all = new short[length];
        int at = 0;
        for (Audio frame : audio) {
            System.arraycopy(frame.samples(), 0, all, at, frame.samples().length);
            at += frame.samples().length;
        }
        return all;
    }

    /** Goes without a word, as a client whose network is gone. */
    public void abort() {
        socket.abort();
    }

    @Override
    public void close() {
        if (!socket.isOutputClosed()) {
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
        }
    }
}
