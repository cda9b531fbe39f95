package dev.duplexvoice.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.converse.ConverseService;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import dev.duplexvoice.grpc.proto.v1.DuplexVoiceGrpc;
import dev.duplexvoice.grpc.proto.v1.Open;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.opentelemetry.support.Spans;
import dev.duplexvoice.opentelemetry.support.WordVoice;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A conversation over gRPC: it is opened on another thread than the one that the call comes with. */
class ConverseTracingTest {
    private final Spans spans = new Spans();
    private final VoiceEngine engine = VoiceEngine.builder()
            .telemetry(VoiceTracing.create(spans.sdk))
            .providers(List.of(new WordVoice(null)))
            .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
            .build();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .addService(ConverseService.builder(engine).build())
                .intercept(GrpcTracing.server(spans.sdk))
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .intercept(GrpcTracing.client(spans.sdk))
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
        engine.close();
        spans.close();
    }

    /** One that says nothing. */
    private void converse() throws InterruptedException {
        CountDownLatch opened = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        StreamObserver<ConverseRequest> call = DuplexVoiceGrpc.newStub(channel).converse(new StreamObserver<>() {
            @Override
            public void onNext(ConverseResponse message) {
                if (message.hasOpened()) {
                    opened.countDown();
                }
            }

            @Override
            public void onError(Throwable failure) {
                ended.countDown();
            }

            @Override
            public void onCompleted() {
                ended.countDown();
            }
        });
        call.onNext(ConverseRequest.newBuilder()
                .setOpen(Open.newBuilder().setExternalSpeech(true))
                .build());
        assertThat(opened.await(60, TimeUnit.SECONDS)).isTrue();
        call.onCompleted();
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldBelongToWhatTheClientDoes() throws InterruptedException {
        Span client = spans.sdk.getTracer("client").spanBuilder("shift").startSpan();
        try (Scope scope = client.makeCurrent()) {
            assertThat(scope).isNotNull();
            converse();
        }
        client.end();
        engine.close();

        SpanData conversation = spans.named("conversation").get(0);
        assertThat(conversation.getParentSpanId())
                .isEqualTo(client.getSpanContext().getSpanId());
        assertThat(conversation.getTraceId()).isEqualTo(client.getSpanContext().getTraceId());
        assertThat(conversation.getParentSpanContext().isRemote()).isTrue();
    }

    @Test
    void shouldBeginATraceWhenTheClientHasNone() throws InterruptedException {
        converse();
        engine.close();

        assertThat(spans.named("conversation"))
                .singleElement()
                .satisfies(conversation -> assertThat(
                                conversation.getParentSpanContext().isValid())
                        .isFalse());
    }
}
