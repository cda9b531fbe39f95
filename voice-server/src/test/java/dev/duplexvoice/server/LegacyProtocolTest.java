package dev.duplexvoice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.support.Eventually;
import dev.duplexvoice.server.support.NumberedVoice;
import dev.duplexvoice.server.support.SocketClient;
import dev.duplexvoice.server.support.SocketServer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What clients of the JSON protocol without a subprotocol say and are told. */
class LegacyProtocolTest {
    private final SocketServer server = new SocketServer(
            VoiceEngine.create(),
            socket -> socket.configure((caller, options) ->
                    options.synthesizer(new NumberedVoice()).processing(OutputProcessing.NONE)));

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void shouldSayHelloAtOnceAndSpeakTextInFramesOf20Milliseconds() throws Exception {
        SocketClient client = SocketClient.legacy(server.uri());
        JsonNode start = client.await("session_start");
        client.send("{'type':'text','text':'one two three','is_final':true}");
        client.awaitAudio(30);

        assertThat(start.get("session_id").asText()).isNotEmpty();
        assertThat(client.protocol()).isEmpty();
        assertThat(client.audio.get(0).sequence()).isEqualTo(1);
        assertThat(client.audio.get(29).sequence()).isEqualTo(30);
        assertThat(client.audio).allMatch(frame -> frame.samples().length == 960);
        assertThat(client.samples()).isEqualTo(NumberedVoice.samples(0, 3L * NumberedVoice.WORD));
        // An old client is told nothing that it does not know.
        assertThat(client.types()).containsOnly("session_start", "audio");
        JsonNode audio = client.messages.get(1);
        assertThat(audio.get("sample_rate").asInt()).isEqualTo(48_000);
        assertThat(audio.get("frame_ms").asInt()).isEqualTo(20);
        client.send("{'type':'session_end'}");
        assertThat(client.await("session_end").get("reason").asText()).isEqualTo("client");
        assertThat(client.awaitClose()).isEqualTo(1000);
    }

    @Test
    void shouldMakeOneReplyOfTextThatComesInPieces() throws Exception {
        SocketClient client = SocketClient.legacy(server.uri());
        // Before session_start has come, as old clients do.
        client.send("{'type':'SessionStart'}");
        client.send("{'type':'TextChunk','text':'one ','is_final':false}");
        client.send("{'type':'TextChunk','text':'two ','is_final':false}");
        client.send("{'type':'TextChunk','text':'three','is_final':false}");
        client.send("{'type':'TextChunk','text':'','is_final':true}");
        client.awaitAudio(30);
        String id = client.messages.get(0).get("session_id").asText();
        Eventually.eventually("one reply", () -> heard(id).size() == 1);

        assertThat(heard(id)).containsExactly("one two three");
        assertThat(client.samples()).isEqualTo(NumberedVoice.samples(0, 3L * NumberedVoice.WORD));
    }

    private java.util.List<String> heard(String id) {
        return server.socket.directory().timeline(id).orElseThrow().timeline().stream()
                .filter(event -> event.get("type").equals("heard"))
                .map(event -> String.valueOf(event.get("heard")))
                .toList();
    }

    @Test
    void shouldGoOnAtTheNextSampleWhenItIsPausedAndResumed() throws Exception {
        SocketClient client = SocketClient.legacy(server.uri());
        client.send("{'type':'text','text':'one two three four five','is_final':true}");
        client.awaitAudio(5);
        client.send("{'type':'control','command':'PAUSE'}");
        client.drain(300);
        int before = client.audio.size();
        client.drain(300);
        assertThat(client.audio).hasSize(before).hasSizeLessThan(50);
        client.send("{'type':'control','command':'RESUME'}");
        client.awaitAudio(50);

        assertThat(client.samples()).isEqualTo(NumberedVoice.samples(0, 5L * NumberedVoice.WORD));
    }

    @Test
    void shouldEndTheReplyAndTakeTheNextTextWhenItIsStopped() throws Exception {
        SocketClient client = SocketClient.legacy(server.uri());
        client.send("{'type':'text','text':'one two three four five six seven eight','is_final':false}");
        client.awaitAudio(10);
        client.send("{'type':'control','command':'STOP'}");
        client.drain(300);
        int stopped = client.audio.size();
        assertThat(stopped).isLessThan(60);
        client.send("{'type':'text','text':'nine','is_final':true}");
        client.awaitAudio(stopped + 10);

        short[] samples = client.samples();
        // The rest of the first was made and thrown away: the next text's numbers follow it.
        long first = 8L * NumberedVoice.WORD;
        int length = samples.length;
        assertThat(Arrays.copyOfRange(samples, length - NumberedVoice.WORD, length))
                .isEqualTo(NumberedVoice.samples(first, first + NumberedVoice.WORD));
    }

    @Test
    void shouldTellErrorsAndKeepTheSessionWhenMessagesAreBad() throws Exception {
        SocketClient client = SocketClient.legacy(server.uri());
        client.await("session_start");
        for (String bad : new String[] {
            "nonsense", "[]", "{}", "{'type':'dance'}", "{'type':'text'}", "{'type':'control','command':'FLY'}"
        }) {
            client.send(bad);
            JsonNode error = client.await("error");
            assertThat(error.get("code").asText()).isEqualTo("INVALID_MESSAGE");
            assertThat(error.get("message").asText()).isNotBlank();
        }
        client.send("{'type':'text','text':'one','is_final':true}");
        client.awaitAudio(10);

        assertThat(client.samples()).isEqualTo(NumberedVoice.samples(0, NumberedVoice.WORD));
    }

    @Test
    void shouldRefuseBinaryFramesOfOldClients() throws Exception {
        SocketClient client = SocketClient.legacy(server.uri());
        client.await("session_start");
        client.send(ByteBuffer.allocate(100));

        assertThat(client.awaitClose()).isEqualTo(1003);
        Eventually.eventually("no session", () -> server.engine.sessions() == 0);
    }
}
