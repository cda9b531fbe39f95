package dev.duplexvoice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.sessions.SessionView;
import dev.duplexvoice.server.support.Eventually;
import dev.duplexvoice.server.support.LogLines;
import dev.duplexvoice.server.support.NumberedVoice;
import dev.duplexvoice.server.support.RawClient;
import dev.duplexvoice.server.support.SocketClient;
import dev.duplexvoice.server.support.SocketServer;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of the caller's audio on its way in, and of what a client proposes for the way. */
class SocketInputTest {
    private static final int LONGEST = 16 * 1_280;

    private final SocketServer server = new SocketServer(
            VoiceEngine.create(),
            socket -> socket.configure((caller, options) ->
                    options.synthesizer(new NumberedVoice()).processing(OutputProcessing.NONE)));

    @AfterEach
    void close() {
        server.close();
    }

    /** What comes before the server has done with opening is held to less. */
    private static void open(SocketClient client) throws InterruptedException {
        client.send("{'type':'ping'}");
        client.await("pong");
    }

    @Test
    void shouldTellTheClientCountAndLogWhenAudioComesFasterThanItIsTaken() throws Exception {
        try (LogLines log = LogLines.of("dev.duplexvoice.server.internal.socket")) {
            SocketClient client = SocketClient.connect(server.uri());
            client.send("{'type':'session_start'}");
            client.await("session_start");
            open(client);
            // Half a minute at once, of which the session keeps the newest 1.28 s, and the socket lets in 10 s.
            for (int i = 0; i < 24; i++) {
                client.speak(new short[LONGEST], 0, LONGEST);
            }
            JsonNode warning = client.await("warning");
            client.send("{'type':'session_end'}");
            client.await("session_end");
            Eventually.eventually(
                    "it is listed", () -> !server.socket.directory().ended().isEmpty());
            SessionView view = server.socket.directory().ended().get(0);

            assertThat(warning.get("code").asText()).isEqualTo("INPUT_TOO_FAST");
            assertThat(server.socket.stats().tooFast()).isBetween(10L, 24L);
            // More than what was let in and too much for the session: what the socket dropped is counted, too.
            assertThat(view.droppedInput()).isGreaterThan(11L * 16_000);
            assertThat(log.texts())
                    .filteredOn(line -> line.contains("comes faster than it is taken"))
                    .isNotEmpty()
                    .hasSizeLessThan(4);
        }
    }

    @Test
    void shouldTellOldClientsThatSendAudioToo() throws Exception {
        SocketClient client = SocketClient.legacy(server.uri());
        client.await("session_start");
        open(client);
        String pcm = Base64.getEncoder().encodeToString(new byte[2 * 48 * 200]);
        for (int i = 0; i < 150; i++) {
            client.send("{'type':'audio_input','pcm':'" + pcm + "'}");
        }

        assertThat(client.await("warning").get("code").asText()).isEqualTo("INPUT_TOO_FAST");
    }

    @Test
    void shouldAgreeOnNoExtensionUnlessItsHostWantsTo() throws Exception {
        String[] offer = {
            "Sec-WebSocket-Protocol: duplexvoice.v1",
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits, @validation"
        };
        try (RawClient client = new RawClient(server.port, offer)) {
            assertThat(client.head).contains("duplexvoice.v1").doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
            client.text("{'type':'session_start'}");
            assertThat(client.read().text()).contains("session_start");
        }
        // By routes alone a host has what its server has.
        io.javalin.Javalin host = io.javalin.Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    server.socket.routes(config.routes, "/voice");
                })
                .start("127.0.0.1", 0);
        try (RawClient client = new RawClient(host.port(), offer)) {
            assertThat(client.head).containsIgnoringCase("Sec-WebSocket-Extensions: permessage-deflate");
        } finally {
            host.stop();
        }
    }
}
