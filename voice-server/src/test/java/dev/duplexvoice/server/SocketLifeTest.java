package dev.duplexvoice.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.logging.LogCategory;
import dev.duplexvoice.micrometer.MetricsSnapshot;
import dev.duplexvoice.micrometer.VoiceMetrics;
import dev.duplexvoice.server.sessions.SessionDirectory;
import dev.duplexvoice.server.support.Eventually;
import dev.duplexvoice.server.support.LogLines;
import dev.duplexvoice.server.support.NumberedVoice;
import dev.duplexvoice.server.support.RawClient;
import dev.duplexvoice.server.support.SocketClient;
import dev.duplexvoice.server.support.SocketServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Draining, refusing and counting. */
class SocketLifeTest {
    private static SocketServer server(VoiceEngine engine, Principal principal) {
        return new SocketServer(
                engine,
                socket -> socket.principals(context -> principal)
                        .configure((caller, options) ->
                                options.synthesizer(new NumberedVoice()).processing(OutputProcessing.NONE)));
    }

    private static final Principal TALKER = new Principal("talker", Set.of(Scope.TALK));

    private static SocketClient talking(SocketServer server) throws InterruptedException {
        SocketClient client = SocketClient.connect(server.uri());
        client.send("{'type':'session_start'}");
        client.await("session_start");
        return client;
    }

    @Test
    void shouldLetConversationsFinishAndRefuseOthersWhileItDrains() throws Exception {
        try (SocketServer server = server(VoiceEngine.create(), TALKER)) {
            SocketClient first = talking(server);
            SocketClient second = talking(server);
            var drained = server.socket.drain(Duration.ofSeconds(2)).toCompletableFuture();
            assertThat(first.await("warning").get("code").asText()).isEqualTo("DRAINING");
            SocketClient late = SocketClient.connect(server.uri());
            assertThat(late.awaitClose()).isEqualTo(1001);
            first.send("{'type':'text','text':'one','is_final':true}");
            first.await("heard");
            first.send("{'type':'session_end'}");
            assertThat(first.awaitClose()).isEqualTo(1000);

            assertThat(second.await("session_end").get("reason").asText()).isEqualTo("drained");
            assertThat(second.awaitClose()).isEqualTo(1001);
            drained.get(SocketClient.PATIENCE_SECONDS, TimeUnit.SECONDS);
            // Conversations tell that they are over; the engine takes the sessions out at its next tick.
            Eventually.eventually("the sessions are over", () -> server.engine.sessions() == 0);
        }
    }

    @Test
    void shouldTellTheReasonWhenTheEngineIsDrained() throws Exception {
        try (SocketServer server = server(VoiceEngine.create(), TALKER)) {
            SocketClient client = talking(server);
            server.engine.drain(Duration.ZERO);

            assertThat(client.await("session_end").get("reason").asText()).isEqualTo("drained");
            assertThat(client.awaitClose()).isEqualTo(1001);
            SocketClient late = SocketClient.connect(server.uri());
            late.send("{'type':'session_start'}");
            assertThat(late.awaitClose()).isEqualTo(1001);
        }
    }

    @Test
    void shouldRefuseWhenThereIsNoRoomOrNoPermission() throws Exception {
        try (SocketServer server = server(VoiceEngine.builder().maxSessions(1).build(), TALKER)) {
            SocketClient first = talking(server);
            SocketClient second = SocketClient.connect(server.uri());
            second.send("{'type':'session_start'}");
            assertThat(second.await("error").get("code").asText()).isEqualTo("WORKER_UNAVAILABLE");
            assertThat(second.awaitClose()).isEqualTo(1013);
            assertThat(first.closed).isNotDone();
            assertThat(server.socket.stats().refused()).isEqualTo(1);
        }
        try (SocketServer server = server(VoiceEngine.create(), new Principal("watcher", Set.of(Scope.OBSERVE)))) {
            SocketClient client = SocketClient.connect(server.uri());
            assertThat(client.awaitClose()).isEqualTo(1008);
        }
    }

    @Test
    void shouldTellTheClientWhenAnErrorKeepsItsSessionFromOpening() throws Exception {
        try (SocketServer server = new SocketServer(
                VoiceEngine.create(),
                socket -> socket.configure((caller, options) -> {
                    throw new NoClassDefFoundError("what a host forgot");
                }))) {
            SocketClient client = SocketClient.connect(server.uri());
            client.send("{'type':'session_start'}");
            assertThat(client.await("error").get("code").asText()).isEqualTo("INTERNAL_ERROR");
            assertThat(client.awaitClose()).isEqualTo(1011);
        }
    }

    @Test
    void shouldLogWhoIsNotAllowedToTalkAndNotAFloodOfThem() throws Exception {
        try (LogLines log = LogLines.of(LogCategory.SECURITY.logger());
                SocketServer server = server(VoiceEngine.create(), new Principal("watcher", Set.of(Scope.OBSERVE)))) {
            for (int i = 0; i < 15; i++) {
                assertThat(SocketClient.connect(server.uri()).awaitClose()).isEqualTo(1008);
            }

            assertThat(log.texts())
                    .hasSizeBetween(1, 11)
                    .allMatch(line -> line.contains("authorization_failure")
                            && line.contains("watcher")
                            && line.contains("127.0.0.1"));
            assertThat(server.socket.stats().refused()).isEqualTo(15);
        }
    }

    @Test
    void shouldLeaveNoSessionBehindWhenTheHostsDirectoryFails() throws Exception {
        SessionDirectory broken = (SessionDirectory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SessionDirectory.class}, (proxy, method, args) -> {
                    throw new IllegalArgumentException("the host's database is gone");
                });
        try (SocketServer server = new SocketServer(VoiceEngine.create(), socket -> socket.directory(broken))) {
            SocketClient client = SocketClient.connect(server.uri());
            client.send("{'type':'session_start'}");
            assertThat(client.await("error").get("code").asText()).isEqualTo("INTERNAL_ERROR");
            assertThat(client.awaitClose()).isEqualTo(1011);
            Eventually.eventually(
                    "no session",
                    () -> server.engine.sessions() == 0 && server.socket.stats().sessions() == 0);
        }
    }

    @Test
    void shouldLeaveNothingOfAConnectionBehind() throws Exception {
        try (SocketServer server = server(VoiceEngine.create(), TALKER)) {
            for (int i = 0; i < 20; i++) {
                try (SocketClient client = talking(server)) {
                    client.send("{'type':'session_end'}");
                    client.awaitClose();
                }
            }
            Eventually.eventually("all are gone", () -> server.socket.stats().connections() == 0);

            assertThat(server.httpSessions()).isZero();
        }
    }

    @Test
    void shouldTakeOnlySoManyTextsThatWait() throws Exception {
        try (SocketServer server = server(VoiceEngine.create(), TALKER)) {
            SocketClient client = talking(server);
            for (int i = 0; i < 101; i++) {
                client.send("{'type':'text','text':'one','is_final':true}");
            }
            JsonNode error = client.await("error");
            assertThat(error.get("code").asText()).isEqualTo("INVALID_MESSAGE");
            assertThat(error.get("message").asText()).contains("100", "wait");
            client.await("heard");
            client.send("{'type':'text','text':'two','is_final':true}");
            client.send("{'type':'ping'}");
            client.await("pong");

            assertThat(client.types().stream().filter("error"::equals)).hasSize(1);
        }
    }

    @Test
    void shouldKnowItsProtocolInASecondHeader() throws Exception {
        try (SocketServer server = server(VoiceEngine.create(), TALKER);
                RawClient client = new RawClient(
                        server.port,
                        new String[] {"Sec-WebSocket-Protocol: other", "Sec-WebSocket-Protocol: duplexvoice.v1"})) {
            assertThat(client.head).containsIgnoringCase("Sec-WebSocket-Protocol: duplexvoice.v1\r\n");
            client.text("{'type':'session_start'}");
            assertThat(client.read().text()).contains("resume_token");
        }
    }

    @Test
    void shouldFillTheRowsOfTheMetricCatalogue() throws Exception {
        VoiceMetrics metrics = VoiceMetrics.create();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        metrics.bindTo(registry);
        try (SocketServer server =
                server(VoiceEngine.builder().telemetry(metrics).build(), TALKER)) {
            SocketClient client = talking(server);
            client.send("{'type':'text','text':'one','is_final':true}");
            client.await("heard");
            MetricsSnapshot during = metrics.snapshot();
            assertThat(during.gauges()).containsEntry("orchestrator_websocket_connections_active", 1.0);
            assertThat(during.totals().get("orchestrator_websocket_messages_sent_total"))
                    .isGreaterThan(12);
            assertThat(during.totals()).containsEntry("orchestrator_websocket_messages_received_total", 2.0);
            assertThat(during.latencies()
                            .get("orchestrator_message_processing_ms")
                            .count())
                    .isEqualTo(2);
            assertThat(registry.get("orchestrator_websocket_messages_sent_total")
                            .tag("message_type", "AudioFrame")
                            .counter()
                            .count())
                    .isEqualTo(10);
            assertThat(registry.get("orchestrator_websocket_messages_received_total")
                            .tag("message_type", "TextChunk")
                            .counter()
                            .count())
                    .isEqualTo(1);
            client.close();
            Eventually.eventually(
                    "nobody is connected",
                    () -> metrics.snapshot().gauges().get("orchestrator_websocket_connections_active") == 0);
        }
        metrics.close();
    }

    @Test
    void shouldNameTheValueWhenASettingIsOutOfRange() {
        try (VoiceEngine engine = VoiceEngine.create()) {
            VoiceSocket.Builder builder = VoiceSocket.builder(engine);
            assertThatThrownBy(() -> builder.lead(Duration.ofSeconds(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("lead=1000ms: must be 20 to 500 ms");
            assertThatThrownBy(() -> builder.maxTextBytes(1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("maxTextBytes=1: must be 1024 to 16777216");
        }
    }
}
