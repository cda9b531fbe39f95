package dev.duplexvoice.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.support.Eventually;
import dev.duplexvoice.server.support.NumberedVoice;
import dev.duplexvoice.server.support.RawClient;
import dev.duplexvoice.server.support.SocketClient;
import dev.duplexvoice.server.support.SocketServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections that break and come back. */
class ResumeTest {
    private Duration resumeWithin = Duration.ofSeconds(20);
    private SocketServer server;

    private SocketServer start() {
        server = new SocketServer(
                VoiceEngine.create(),
                socket -> socket.resumeWithin(resumeWithin)
                        .configure((caller, options) ->
                                options.synthesizer(new NumberedVoice()).processing(OutputProcessing.NONE)));
        return server;
    }

    @AfterEach
    void close() {
        server.close();
    }

    private JsonNode begin(SocketClient client, String token) throws InterruptedException {
        client.send("{'type':'session_start'" + (token.isEmpty() ? "" : ",'resume_token':'" + token + "'") + "}");
        return client.await("session_start");
    }

    @Test
    void shouldLoseNoSampleWhenTheConnectionBreaksAgainAndAgain() throws Exception {
        start();
        SocketClient client = SocketClient.connect(server.uri());
        JsonNode session = begin(client, "");
        client.send("{'type':'text','text':'one two three four five six seven eight nine ten','is_final':true}");
        TreeMap<Long, SocketClient.Audio> heard = new TreeMap<>();
        int resumed = 0;
        for (; resumed < 4; resumed++) {
            client.awaitAudio(8);
            client.reportPlayout();
            client.audio.forEach(frame -> heard.put(frame.sequence(), frame));
            client.abort();
            SocketClient next = SocketClient.connect(server.uri());
            JsonNode again = begin(next, session.get("resume_token").asText());
            assertThat(again.get("resumed").asBoolean()).isTrue();
            assertThat(again.get("session_id")).isEqualTo(session.get("session_id"));
            assertThat(again.get("resume_token")).isNotEqualTo(session.get("resume_token"));
            session = again;
            client = next;
        }
        client.await("heard");
        client.audio.forEach(frame -> heard.put(frame.sequence(), frame));

        List<Short> samples = new ArrayList<>();
        for (SocketClient.Audio frame : heard.values()) {
            for (short sample : frame.samples()) {
                samples.add(sample);
            }
        }
        assertThat(heard.firstKey()).isEqualTo(1);
        assertThat(heard).hasSize(100);
        for (int i = 0; i < samples.size(); i++) {
            assertThat(samples.get(i)).as("sample %d", i).isEqualTo(NumberedVoice.sample(i));
        }
        assertThat(server.socket.stats().resumed()).isEqualTo(resumed);
    }

    @Test
    void shouldEndTheSessionWhenNobodyComesBack() throws Exception {
        resumeWithin = Duration.ofMillis(300);
        start();
        SocketClient client = SocketClient.connect(server.uri());
        JsonNode session = begin(client, "");
        client.abort();
        Eventually.eventually("the session is over", () -> server.engine.sessions() == 0);
        Eventually.eventually(
                "it is listed", () -> !server.socket.directory().ended().isEmpty());

        assertThat(server.socket.directory().ended().get(0).closeReason()).isEqualTo("connection_lost");
        assertThat(server.socket.stats().lost()).isEqualTo(1);
        SocketClient late = SocketClient.connect(server.uri());
        JsonNode fresh = begin(late, session.get("resume_token").asText());
        assertThat(fresh.get("resumed").asBoolean()).isFalse();
        assertThat(fresh.get("session_id")).isNotEqualTo(session.get("session_id"));
    }

    @Test
    void shouldTakeTheSessionFromAConnectionThatOnlySeemsToLive() throws Exception {
        start();
        SocketClient client = SocketClient.connect(server.uri());
        JsonNode session = begin(client, "");
        SocketClient next = SocketClient.connect(server.uri());
        JsonNode again = begin(next, session.get("resume_token").asText());

        assertThat(again.get("session_id")).isEqualTo(session.get("session_id"));
        assertThat(client.awaitClose()).isEqualTo(4000);
        // It has its new token, so the old one is worth nothing any more.
        next.send("{'type':'ping'}");
        next.await("pong");
        SocketClient thief = SocketClient.connect(server.uri());
        assertThat(begin(thief, session.get("resume_token").asText())
                        .get("resumed")
                        .asBoolean())
                .isFalse();
        next.send("{'type':'text','text':'one','is_final':true}");
        next.awaitAudio(10);
    }

    @Test
    void shouldTakeTheTokenAgainWhenTheAnswerWithTheNextOneWasLost() throws Exception {
        start();
        SocketClient client = SocketClient.connect(server.uri());
        JsonNode session = begin(client, "");
        String token = session.get("resume_token").asText();
        client.abort();
        for (int i = 1; i <= 2; i++) {
            int resumed = i;
            RawClient unlucky = new RawClient(server.port, "duplexvoice.v1");
            unlucky.text("{'type':'session_start','resume_token':'" + token + "'}");
            Eventually.eventually("it is resumed", () -> server.socket.stats().resumed() == resumed);
            unlucky.reset();
            Eventually.eventually("it is gone", () -> server.socket.stats().detached() == 1);
        }
        JsonNode again = begin(SocketClient.connect(server.uri()), token);

        assertThat(again.get("resumed").asBoolean()).isTrue();
        assertThat(again.get("session_id")).isEqualTo(session.get("session_id"));
    }

    @Test
    void shouldTellAgainWhatTheClientHasNotReceived() throws Exception {
        start();
        SocketClient client = SocketClient.connect(server.uri());
        JsonNode session = begin(client, "");
        client.send("{'type':'text','text':'one','is_final':true}");
        client.await("heard");
        List<JsonNode> told =
                client.messages.stream().filter(message -> message.has("n")).toList();
        for (int i = 0; i < told.size(); i++) {
            assertThat(told.get(i).get("n").asInt()).isEqualTo(i + 1);
        }
        client.abort();
        // As if all but the first had been under way.
        SocketClient next = SocketClient.connect(server.uri());
        next.send("{'type':'session_start','received':1,'resume_token':'"
                + session.get("resume_token").asText() + "'}");
        assertThat(next.await("session_start").get("resumed").asBoolean()).isTrue();
        JsonNode heard = next.await("heard");

        assertThat(next.messages.get(0).get("type").asText()).isEqualTo("session_start");
        assertThat(next.messages.subList(1, told.size())).isEqualTo(told.subList(1, told.size()));
        assertThat(heard.get("n").asInt()).isEqualTo(told.size());
    }

    @Test
    void shouldEndTheSessionAtOnceWhenNobodyCanHaveItsToken() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        resumeWithin = Duration.ofMinutes(5);
        server = new SocketServer(
                VoiceEngine.create(),
                socket -> socket.resumeWithin(resumeWithin).configure((caller, options) -> {
                    options.synthesizer(new NumberedVoice());
                    await(gate);
                }));
        RawClient client = new RawClient(server.port, "duplexvoice.v1");
        client.text("{'type':'session_start'}");
        Eventually.eventually("it is being opened", () -> server.socket.stats().connections() == 1);
        client.reset();
        Eventually.eventually("it is gone", () -> server.socket.stats().connections() == 0);
        gate.countDown();
        SocketClient other = SocketClient.connect(server.uri());
        begin(other, "");

        Eventually.eventually("only the other's is left", () -> server.engine.sessions() == 1);
        assertThat(server.socket.stats().detached()).isZero();
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldKeepOnlySoManySessionsOfAnAddressThatWait() throws Exception {
        server = new SocketServer(
                VoiceEngine.create(),
                socket -> socket.resumeWithin(Duration.ofMinutes(5))
                        .maxWaitingSessions(2)
                        .configure((caller, options) -> options.synthesizer(new NumberedVoice())));
        List<String> tokens = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            SocketClient client = SocketClient.connect(server.uri());
            tokens.add(begin(client, "").get("resume_token").asText());
            client.abort();
            long waiting = Math.min(i, 2);
            long lost = i - waiting;
            Eventually.eventually(
                    "it waits",
                    () -> server.socket.stats().detached() == waiting
                            && server.socket.stats().lost() == lost
                            && server.engine.sessions() == waiting);
        }

        // Those that have waited for longest are gone.
        SocketClient last = SocketClient.connect(server.uri());
        assertThat(begin(last, tokens.get(2)).get("resumed").asBoolean()).isTrue();
        SocketClient first = SocketClient.connect(server.uri());
        assertThat(begin(first, tokens.get(1)).get("resumed").asBoolean()).isFalse();
        // Who came back does not count any more.
        first.abort();
        Eventually.eventually("two wait", () -> server.socket.stats().detached() == 2);
        assertThat(server.socket.stats().lost()).isEqualTo(2);
    }

    @Test
    void shouldNotCountSessionsThatWaitAsRoomForConnectionsWithoutOne() throws Exception {
        server = new SocketServer(
                VoiceEngine.create(),
                socket -> socket.resumeWithin(Duration.ofMinutes(5))
                        .maxUnstarted(2)
                        .configure((caller, options) -> options.synthesizer(new NumberedVoice())));
        for (int i = 0; i < 3; i++) {
            SocketClient client = SocketClient.connect(server.uri());
            begin(client, "");
            client.abort();
        }
        Eventually.eventually("they wait", () -> server.socket.stats().detached() == 3);
        SocketClient first = SocketClient.connect(server.uri());
        SocketClient second = SocketClient.connect(server.uri());
        assertThat(SocketClient.connect(server.uri()).awaitClose()).isEqualTo(1013);
        // Those that begin, or go, make room.
        begin(first, "");
        second.abort();
        Eventually.eventually("it is gone", () -> server.socket.stats().connections() == 1);
        begin(SocketClient.connect(server.uri()), "");
        begin(SocketClient.connect(server.uri()), "");
    }

    @Test
    void shouldNotHoldUpADrainForClientsThatCannotComeBack() throws Exception {
        resumeWithin = Duration.ofMinutes(5);
        start();
        SocketClient before = SocketClient.connect(server.uri());
        begin(before, "");
        before.abort();
        Eventually.eventually("one waits", () -> server.socket.stats().detached() == 1);
        SocketClient during = SocketClient.connect(server.uri());
        begin(during, "");
        var drained = server.socket.drain(Duration.ofMinutes(10)).toCompletableFuture();
        during.await("warning");
        during.abort();
        drained.get(SocketClient.PATIENCE_SECONDS, TimeUnit.SECONDS);

        assertThat(server.socket.directory().ended())
                .allMatch(view -> view.closeReason().equals("drained"));
        assertThat(server.socket.directory().ended()).hasSize(2);
    }

    @Test
    void shouldEndTheSessionWhenTheClientSaysGoodBye() throws Exception {
        start();
        SocketClient client = SocketClient.connect(server.uri());
        begin(client, "");
        client.close();
        Eventually.eventually("the session is over", () -> server.engine.sessions() == 0);
        Eventually.eventually(
                "it is listed", () -> !server.socket.directory().ended().isEmpty());

        assertThat(server.socket.directory().ended().get(0).closeReason()).isEqualTo("client");
    }

    @Test
    void shouldTellEventsOfTheTimeBetweenWhenTheClientIsBack() throws Exception {
        start();
        RawClient client = new RawClient(server.port, "duplexvoice.v1");
        client.text("{'type':'session_start'}");
        String token = client.read().text().replaceAll(".*\"resume_token\":\"([^\"]*)\".*", "$1");
        client.text("{'type':'text','text':'one two','is_final':true}");
        while (client.read().opcode() != RawClient.BINARY) {
            // Until it speaks.
        }
        client.reset();
        Eventually.eventually("it is noticed", () -> server.socket.stats().detached() == 1);
        SocketClient next = SocketClient.connect(server.uri());
        begin(next, token);
        next.await("heard");

        assertThat(next.types()).contains("heard");
        assertThat(next.audio.get(0).sequence()).isEqualTo(1);
        assertThat(next.samples()).isEqualTo(NumberedVoice.samples(0, 2L * NumberedVoice.WORD));
    }
}
