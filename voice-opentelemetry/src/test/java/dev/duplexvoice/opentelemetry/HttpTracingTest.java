package dev.duplexvoice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.RemoteSynthesizer;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.opentelemetry.support.Collector;
import dev.duplexvoice.opentelemetry.support.Exporting;
import dev.duplexvoice.opentelemetry.support.TracedWorker;
import dev.duplexvoice.opentelemetry.support.WordVoice;
import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import dev.duplexvoice.server.VoiceSocket;
import dev.duplexvoice.server.http.Access;
import dev.duplexvoice.server.http.HttpBasics;
import dev.duplexvoice.server.http.SpeechRoutes;
import io.javalin.Javalin;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose callers trace, a collector that its spans go to. */
class HttpTracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + PARENT + "-01";

    private final HttpClient client = HttpClient.newHttpClient();
    private Collector collector;
    private OpenTelemetrySdk sdk;
    private VoiceEngine engine;
    private Javalin server;
    private VoiceSocket socket;
    private boolean stopped;

    @BeforeEach
    void collect() throws Exception {
        collector = new Collector();
        sdk = Exporting.sdk("server", collector.endpoint());
        engine = VoiceEngine.builder()
                .telemetry(VoiceTracing.create(sdk))
                .providers(List.of(new WordVoice(null)))
                .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                .build();
        socket = VoiceSocket.builder(engine)
                .configure((caller, options) -> options.externalSpeech())
                .build();
    }

    private void serve(SpeechRoutes speech) {
        serve(speech, () -> {});
    }

    private void serve(SpeechRoutes speech, Runnable before) {
        server = Javalin.create(config -> {
                    HttpBasics.builder().build().apply(config);
                    config.routes.before(context -> {
                        Access.principal(context, new Principal("me", Set.of(Scope.SPEAK)));
                        before.run();
                    });
                    speech.routes(config.routes);
                    socket.routes(config.routes, "/voice");
                })
                .start("127.0.0.1", 0);
    }

    /** Ends all, which sends what has not been sent. */
    @AfterEach
    void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        server.stop();
        socket.close();
        engine.close();
        sdk.close();
        collector.close();
    }

    private int speak(String... headers) throws Exception {
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/tts"))
                        .header("Content-Type", "application/json")
                        .header("X-Request-Id", "order-7")
                        .headers(headers)
                        .POST(HttpRequest.BodyPublishers.ofString("{\"text\":\"one two three\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(answer.body().length).isGreaterThan(44);
        return answer.statusCode();
    }

    private static String hex(com.google.protobuf.ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    @Test
    void shouldPutSpeechBelowWhatTheCallerDoesUpToTheWorkerThatSpeaks() throws Exception {
        try (TracedWorker worker = TracedWorker.start(collector.endpoint())) {
            serve(SpeechRoutes.builder(engine)
                    .synthesizer(id -> RemoteSynthesizer.builder(worker.authority())
                            .spareSessions(0)
                            .intercept(GrpcTracing.client(sdk))
                            .build())
                    .build());
            assertThat(speak("traceparent", TRACEPARENT)).isEqualTo(200);
            worker.finish();
            stop();
        }

        Collector.Received speech = collector.named("synthesis").stream()
                .filter(one -> one.service().equals("server"))
                .findFirst()
                .orElseThrow();
        assertThat(hex(speech.span().getTraceId())).isEqualTo(TRACE);
        assertThat(hex(speech.span().getParentSpanId())).isEqualTo(PARENT);
        assertThat(speech.attribute("session_id")).isEqualTo("order-7");
        assertThat(speech.attribute("source")).isEqualTo("remote");
        assertThat(collector.tree(speech))
                .containsExactly(
                        "server synthesis",
                        "  server framing",
                        "  worker synthesis",
                        "    worker framing",
                        "    worker inference");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "00-" + TRACE + "-" + PARENT,
                "00-00000000000000000000000000000000-" + PARENT + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-" + TRACE + "-" + PARENT + "-zz",
                "ff-" + TRACE + "-" + PARENT + "-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E473X-" + PARENT + "-01",
            })
    void shouldBeginATraceOfItsOwnWhenTheCallersCannotBeRead(String header) throws Exception {
        serve(SpeechRoutes.builder(engine).build());

        assertThat(speak("traceparent", header)).isEqualTo(200);
        stop();

        Collector.Received speech = collector.only("synthesis");
        assertThat(speech.span().getParentSpanId().isEmpty()).isTrue();
        assertThat(collector.tree(speech))
                .containsExactly("server synthesis", "  server framing", "  server inference");
    }

    @Test
    void shouldBelongToWhatAHostHasMadeOfTheRequestItself() throws Exception {
        SpanContext hosts = SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getSampled(),
                TraceState.getDefault());
        // A filter of an agent would close it; this thread is the test's.
        serve(
                SpeechRoutes.builder(engine).build(),
                () -> Context.current().with(Span.wrap(hosts)).makeCurrent());

        speak("traceparent", TRACEPARENT);
        stop();

        assertThat(hex(collector.only("synthesis").span().getParentSpanId())).isEqualTo(hosts.getSpanId());
    }

    @Test
    void shouldPutAConversationBelowWhatTheCallerDoesWhenItConnects() throws Exception {
        serve(SpeechRoutes.builder(engine).build());
        CompletableFuture<Void> opened = new CompletableFuture<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        WebSocket caller = client.newWebSocketBuilder()
                .subprotocols(VoiceSocket.PROTOCOL)
                .header("traceparent", TRACEPARENT)
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/voice"), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                        opened.complete(null);
                        from.request(1);
                        return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                        over.complete(null);
                        return null;
                    }
                })
                .join();
        caller.sendText("{\"type\":\"session_start\"}", true).join();
        opened.get(60, TimeUnit.SECONDS);
        caller.sendText("{\"type\":\"session_end\"}", true).join();
        over.get(60, TimeUnit.SECONDS);
        stop();

        Collector.Received conversation = collector.only("conversation");
        assertThat(hex(conversation.span().getTraceId())).isEqualTo(TRACE);
        assertThat(hex(conversation.span().getParentSpanId())).isEqualTo(PARENT);
    }
}
