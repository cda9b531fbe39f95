package dev.duplexvoice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.WavFile;
import dev.duplexvoice.server.sessions.SessionTimeline;
import dev.duplexvoice.server.sessions.SessionView;
import dev.duplexvoice.server.support.Eventually;
import dev.duplexvoice.server.support.Fixtures;
import dev.duplexvoice.server.support.SocketClient;
import dev.duplexvoice.server.support.SocketServer;
import dev.duplexvoice.vad.SpeechSegment;
import dev.duplexvoice.vad.SpeechStream;
import dev.duplexvoice.vad.VadOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real recording to a real voice and back, as a client of duplexvoice.v1 hears it. */
class DuplexProtocolTest {
    private final SocketServer server = new SocketServer(
            VoiceEngine.create(),
            socket -> socket.configure((caller, options) -> {
                if (!caller.answers()) {
                    options.responder((turn, reply) -> reply.write(
                            turn.text().isEmpty()
                                    ? "I heard you speak for a while, and I am glad that you did."
                                    : "You said: " + turn.text()));
                }
            }));

    @AfterEach
    void close() {
        server.close();
    }

    /** Speaks in real time and reports playout as it goes. */
    private static void speak(SocketClient client, short[] samples, int frame) throws InterruptedException {
        long due = System.nanoTime();
        for (int at = 0; at + frame <= samples.length; at += frame) {
            client.speak(samples, at, frame);
            client.poll();
            if (at / frame % 5 == 0) {
                client.reportPlayout();
            }
            due += 20_000_000L;
            long wait = due - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
            }
        }
    }

    @Test
    void shouldAnswerARecordingWithSpeechWhenItIsSpoken() throws Exception {
        WavFile jfk = Fixtures.wav("audio/jfk.wav");
        SocketClient client = SocketClient.connect(server.uri());
        client.send("{'type':'session_start','input':{'sample_rate':16000,'frame_ms':20},"
                + "'output':{'sample_rate':16000,'frame_ms':20},'vad':true,'user_id':'u1',"
                + "'options':{'endpointing.minDelay':'600ms'}}");
        JsonNode start = client.await("session_start");
        assertThat(client.protocol()).isEqualTo("duplexvoice.v1");
        assertThat(start.get("resumed").asBoolean()).isFalse();
        assertThat(start.get("resume_token").asText()).hasSizeGreaterThan(20);
        assertThat(start.get("output").get("sample_rate").asInt()).isEqualTo(16_000);
        assertThat(start.get("lead_ms").asInt()).isEqualTo(60);

        short[] all = new short[16_000 * 5];
        System.arraycopy(jfk.samples(), 0, all, 0, 16_000 * 3);
        speak(client, all, 320);
        speak(client, new short[16_000 * 4], 320);
        client.send("{'type':'session_end'}");
        client.await("session_end");

        assertThat(client.types())
                .contains("state", "speech", "turn", "reply", "heard", "vad")
                .doesNotContain("error");
        JsonNode heard = client.messages.stream()
                .filter(message -> message.path("type").asText().equals("heard"))
                .findFirst()
                .orElseThrow();
        assertThat(heard.get("heard").asText()).startsWith("I heard you");
        assertThat(client.audio.get(0).sequence()).isEqualTo(1);
        // What came back is speech to our own detector.
        try (VoiceEngine own = VoiceEngine.create()) {
            List<SpeechSegment> found = new ArrayList<>();
            short[] samples = client.samples();
            try (SpeechStream speech = new SpeechStream(own.detector(), VadOptions.OFFLINE, found::add)) {
                speech.accept(samples, 0, samples.length);
                speech.finish();
            }
            assertThat(found).isNotEmpty();
        }
        SessionTimeline timeline = server.socket
                .directory()
                .timeline(start.get("session_id").asText())
                .orElseThrow();
        SessionView view = timeline.session();
        assertThat(view.userId()).isEqualTo("u1");
        assertThat(view.turns()).isPositive();
        assertThat(view.closeReason()).isEqualTo("client");
        assertThat(view.firstAudioMsP50()).isPositive();
        assertThat(timeline.turnLatencies().get(0).endpointingMs()).isGreaterThanOrEqualTo(600);
        assertThat(server.socket
                        .directory()
                        .user("u1")
                        .orElseThrow()
                        .recent()
                        .get(0)
                        .heard())
                .isEqualTo(heard.get("heard").asText());
    }

    @ParameterizedTest
    @CsvSource({"8000,10", "16000,20", "24000,40", "48000,60", "48000,10", "8000,60"})
    void shouldSendFramesAsNegotiated(int rate, int millis) throws Exception {
        SocketClient client = SocketClient.connect(server.uri());
        client.send("{'type':'session_start','input':{'sample_rate':" + rate + "},'output':{'sample_rate':" + rate
                + ",'frame_ms':" + millis + "}}");
        client.await("session_start");
        client.send("{'type':'text','text':'Good morning.','is_final':true}");
        client.await("heard");
        client.drain(200);

        int frame = rate * millis / 1_000;
        List<SocketClient.Audio> audio = client.audio;
        assertThat(audio.size()).isGreaterThan(300 / millis);
        int whole = 0;
        long end = audio.get(0).position();
        for (int i = 0; i < audio.size(); i++) {
            SocketClient.Audio next = audio.get(i);
            assertThat(next.sequence()).isEqualTo(i + 1);
            // Nothing is lost where frames do not fit together, nor twice where the voice is late on a busy machine.
            assertThat(next.position()).isGreaterThanOrEqualTo(end);
            assertThat(next.samples().length).isBetween(1, frame);
            end = next.position() + next.samples().length;
            whole += next.samples().length == frame ? 1 : 0;
        }
        assertThat(whole).as("frames as negotiated").isGreaterThan(audio.size() / 2);
    }

    @Test
    void shouldTurnTheClientsTranscriptsIntoTurns() throws Exception {
        SocketClient client = SocketClient.connect(server.uri());
        WavFile jfk = Fixtures.wav("audio/jfk.wav");
        client.send("{'type':'session_start','recognizer':'client'}");
        client.await("session_start");
        short[] all = new short[16_000 * 3];
        System.arraycopy(jfk.samples(), 0, all, 0, 16_000 * 2);
        Thread speaker = new Thread(() -> {
            try {
                for (int at = 0; at + 320 <= all.length; at += 320) {
                    client.speak(all, at, 320);
                    Thread.sleep(20);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        speaker.start();
        long utterance = client.await(
                        "utterance", message -> message.get("phase").asText().equals("ended"))
                .get("utterance")
                .asLong();
        speaker.join();
        client.send("{'type':'transcript','text':'And so my fellow Americans','is_final':true,'utterance':" + utterance
                + "}");

        assertThat(client.await("turn").get("text").asText()).isEqualTo("And so my fellow Americans");
        assertThat(client.await("heard").get("text").asText()).isEqualTo("You said: And so my fellow Americans");
    }

    @Test
    void shouldFlushWhenTheReplyIsStopped() throws Exception {
        SocketClient client = SocketClient.connect(server.uri());
        client.send("{'type':'session_start'}");
        client.await("session_start");
        client.send("{'type':'text','text':'This is a rather long sentence, of which only the beginning is heard.',"
                + "'is_final':true}");
        client.awaitAudio(10);
        client.reportPlayout();
        client.send("{'type':'control','command':'STOP'}");
        long flush = client.await("flush").get("position").asLong();
        int before = client.audio.size();
        JsonNode heard = client.first("heard");
        client.send("{'type':'text','text':'Next.','is_final':true}");
        client.await("heard", message -> message.get("text").asText().equals("Next."));

        assertThat(heard.get("interrupted").asBoolean()).isTrue();
        assertThat(heard.get("heard").asText().length())
                .isLessThan(heard.get("text").asText().length());
        assertThat(client.audio.subList(0, before)).allMatch(frame -> frame.position() < flush);
        assertThat(client.audio.subList(before, client.audio.size()))
                .isNotEmpty()
                .allMatch(frame -> frame.position() >= flush);
    }

    @Test
    void shouldEndASessionWhenAnOperatorDoes() throws Exception {
        SocketClient client = SocketClient.connect(server.uri());
        client.send("{'type':'session_start'}");
        String id = client.await("session_start").get("session_id").asText();
        client.send("{'type':'ping','id':7}");
        assertThat(client.await("pong").get("id").asText()).isEqualTo("7");

        assertThat(server.socket.directory().end(id, "somebody")).isTrue();
        assertThat(client.await("session_end").get("reason").asText()).isEqualTo("ended");
        assertThat(client.awaitClose()).isEqualTo(1000);
        Eventually.eventually(
                "it is listed as ended", () -> server.socket.directory().live().isEmpty());
        assertThat(server.socket.directory().ended().get(0).sessionId()).isEqualTo(id);
    }

    @Test
    void shouldRefuseWhatItDoesNotHaveAndTakeABetterStart() throws Exception {
        SocketClient client = SocketClient.connect(server.uri());
        for (String start : List.of(
                "{'type':'session_start','output':{'sample_rate':44100}}",
                "{'type':'session_start','output':{'frame_ms':30}}",
                "{'type':'session_start','options':{'no.such':'1'}}",
                "{'type':'session_start','options':{'voice.name':'/etc/passwd'}}",
                "{'type':'text','text':'too soon'}")) {
            client.send(start);
            assertThat(client.await("error").get("code").asText()).isEqualTo("INVALID_MESSAGE");
        }
        client.send("{'type':'session_start','recognizer':'client'}");

        assertThat(client.await("session_start").get("session_id").asText()).isNotEmpty();
        client.send("{'type':'transcript','text':'" + "a".repeat(10_001) + "'}");
        assertThat(client.await("error").get("message").asText()).contains("text.length=10001");
    }
}
