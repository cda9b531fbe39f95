package dev.duplexvoice.examples.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.examples.cli.VoiceCommand;
import io.javalin.Javalin;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The hosts of the documentation: what they serve anyway, conversations beside it, and an end. */
@Timeout(120)
class EmbeddedVoiceTest {
    private static final int FRAME_MILLIS = 20;
    private static final int FRAME = 16 * FRAME_MILLIS;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CountDownLatch audio = new CountDownLatch(10);

    private final class Caller implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            audio.countDown();
            from.request(1);
            return null;
        }
    }

    /** A caller who says two words, and then nothing for a second. */
    private short[] goodMorning() {
        Path file = folder.resolve("caller.wav");
        StringWriter out = new StringWriter();
        assertThat(VoiceCommand.execute(
                        out, new PrintWriter(out), "say", "Good morning.", "--voice", "slt", "-o", file.toString()))
                .as("%s", out)
                .isZero();
        WavFile spoken = WavFile.read(file);
        assertThat(spoken.sampleRate()).isEqualTo(16_000);
        return Arrays.copyOf(spoken.samples(), spoken.samples().length + 16_000);
    }

    private static ByteBuffer binary(int sequence, short[] samples, int at) {
        ByteBuffer frame = ByteBuffer.allocate(16 + 2 * FRAME).order(ByteOrder.LITTLE_ENDIAN);
        frame.put((byte) 1).put((byte) 0).putShort((short) 0).putInt(sequence).putLong(at);
        for (int i = 0; i < FRAME; i++) {
            frame.putShort(samples[at + i]);
        }
        // The JDK's client masks with the buffer's byte order, and garbles what is not big-endian.
        return frame.flip().order(ByteOrder.BIG_ENDIAN);
    }

    private String await(String type) throws InterruptedException {
        while (true) {
            String next = messages.poll(60, TimeUnit.SECONDS);
            assertThat(next).as("a message " + type).isNotNull();
            if (next.contains("\"type\":\"" + type + "\"")) {
                return next;
            }
        }
    }

    @Test
    void shouldServeConversationsBesideWhatTheHostServes() throws Exception {
        Javalin host = EmbeddedVoice.server().start("127.0.0.1", 0);
        try {
            HttpResponse<String> orders = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + "/orders"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(orders.body()).isEqualTo("what the host serves anyway");

            WebSocket socket = HTTP.newWebSocketBuilder()
                    .subprotocols("duplexvoice.v1")
                    .buildAsync(URI.create("ws://127.0.0.1:" + host.port() + "/voice"), new Caller())
                    .join();
            socket.sendText("{\"type\":\"session_start\"}", true).join();
            await("session_start");
            short[] caller = goodMorning();
            for (int at = 0, frame = 1; at + FRAME <= caller.length; at += FRAME, frame++) {
                socket.sendBinary(binary(frame, caller, at), true).join();
                Thread.sleep(FRAME_MILLIS); // a live caller: what comes much sooner is dropped
            }
            assertThat(await("heard")).contains("Hello! You spoke for ");
            assertThat(audio.await(60, TimeUnit.SECONDS)).isTrue();

            // It lets conversations end, and this one is asked to.
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(host::stop);
            assertThat(await("warning")).contains("DRAINING");
            socket.sendText("{\"type\":\"session_end\"}", true).join();
            assertThat(await("session_end")).contains("\"reason\":\"client\"");
            stopped.get(60, TimeUnit.SECONDS);
        } finally {
            host.stop();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("voice-loop"));
    }

    private static String get(Javalin host, String path) throws Exception {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @Test
    void shouldServeConversationsBesideHandlersOfJettyItself() throws Exception {
        ContextHandler orders = new ContextHandler(
                new Handler.Abstract() {
                    @Override
                    public boolean handle(Request request, Response response, Callback callback) {
                        Content.Sink.write(response, true, "what the host serves anyway", callback);
                        return true;
                    }
                },
                "/orders");
        try (VoiceEngine engine = VoiceEngine.create()) {
            Javalin host = EmbeddedInJetty.server(engine, orders).start("127.0.0.1", 0);
            try {
                assertThat(get(host, "/orders/")).isEqualTo("what the host serves anyway");
                WebSocket socket = HTTP.newWebSocketBuilder()
                        .subprotocols("duplexvoice.v1")
                        .buildAsync(URI.create("ws://127.0.0.1:" + host.port() + "/voice"), new Caller())
                        .join();
                socket.sendText("{\"type\":\"session_start\"}", true).join();
                await("session_start");
                socket.sendText("{\"type\":\"text\",\"text\":\"Good morning.\",\"is_final\":true}", true)
                        .join();
                assertThat(audio.await(60, TimeUnit.SECONDS)).isTrue();
                assertThat(await("heard")).contains("Good morning.");
                assertThat(get(host, "/orders/")).isEqualTo("what the host serves anyway");
                socket.sendText("{\"type\":\"session_end\"}", true).join();
                await("session_end");
            } finally {
                host.stop();
            }
        }
    }
}
