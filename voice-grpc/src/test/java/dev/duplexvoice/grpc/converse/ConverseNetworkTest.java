package dev.duplexvoice.grpc.converse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.audio.Resampler;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.proto.v1.AudioFrame;
import dev.duplexvoice.grpc.proto.v1.ConverseRequest;
import dev.duplexvoice.grpc.proto.v1.DuplexVoiceGrpc;
import dev.duplexvoice.grpc.proto.v1.Event;
import dev.duplexvoice.grpc.proto.v1.Open;
import dev.duplexvoice.grpc.proto.v1.Side;
import dev.duplexvoice.spi.VoiceProvider;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Conversations with a worker's server on this machine's network, in real time. */
@Timeout(120)
class ConverseNetworkTest {
    private static final Metadata.Key<String> TENANT = Metadata.Key.of("tenant", Metadata.ASCII_STRING_MARSHALLER);

    private final VoiceEngine engine = VoiceEngine.builder()
            .providers(List.of(new Rates()))
            .detector("energy", null)
            .build();
    private final List<ConverseCaller> callers = new CopyOnWriteArrayList<>();
    private final SpeechWorker worker = SpeechWorker.builder(engine)
            .port(0)
            .service(ConverseService.builder(engine)
                    .configure((caller, options) -> {
                        callers.add(caller);
                        String tenant = caller.headers().get(TENANT);
                        if (!caller.options().containsKey("voice.name")) {
                            options.synthesizer(new NumberedVoice());
                        }
                        options.responder((turn, reply) -> reply.write("The server of " + tenant + " answers."));
                    })
                    .build())
            .start();
    private final ManagedChannel channel = channel();

    private ManagedChannel channel() {
        return NettyChannelBuilder.forTarget("127.0.0.1:" + worker.port())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        engine.close();
        worker.close();
    }

    /** Makes each sample into more, or keeps one of several. */
    private static final class Rates implements VoiceProvider {
        @Override
        public String name() {
            return "rates";
        }

        @Override
        public Resampler openResampler(int inputRate, int outputRate) {
            return new Resampler() {
                @Override
                public int inputRate() {
                    return inputRate;
                }

                @Override
                public int outputRate() {
                    return outputRate;
                }

                @Override
                public int process(short[] input, int inputOffset, int inputLength, short[] output, int outputOffset) {
                    int samples = maxOutput(inputLength);
                    for (int i = 0; i < samples; i++) {
                        output[outputOffset + i] = input[inputOffset + i * inputRate / outputRate];
                    }
                    return samples;
                }

                @Override
                public int flush(short[] output, int outputOffset) {
                    return 0;
                }

                @Override
                public int maxOutput(int inputLength) {
                    return inputLength * outputRate / inputRate;
                }

                @Override
                public void reset() {}

                @Override
                public void close() {}
            };
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Talk.PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("not within " + Talk.PATIENCE_SECONDS + " s: " + what);
            }
            Thread.sleep(2);
        }
    }

    @Test
    void shouldHoldFiftyConversationsAtATime() throws InterruptedException {
        List<Talk> talks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Talk[] talk = new Talk[1];
            String name = "Caller" + i;
            talk[0] = new Talk(channel, answer -> {
                if (answer.hasTurn()) {
                    long id = answer.getTurn().getReplyId();
                    talk[0].reply(id, "I know " + name, false);
                    talk[0].reply(id, " by its name.", true);
                }
            });
            talk[0].open(open -> Talk.exact(open)
                    .setExternalSpeech(true)
                    .setResponder(Side.SIDE_CLIENT)
                    .setRecognizer(Side.SIDE_CLIENT));
            talks.add(talk[0]);
        }
        for (int i = 0; i < 50; i++) {
            Talk talk = talks.get(i);
            talk.speechStarted();
            talk.audio(new short[640]);
            talk.transcript("I am caller " + i + ".", true, 1);
            talk.speechEnded(Duration.ofMillis(300));
        }

        for (int i = 0; i < 50; i++) {
            Talk talk = talks.get(i);
            Event finished = talk.awaitEvent(Event.TypeCase.REPLY_FINISHED);
            assertThat(finished.getReplyFinished().getHeard()).isEqualTo("I know Caller" + i + " by its name.");
            assertThat(talk.awaitEvent(Event.TypeCase.TURN_ENDED).getTurnEnded().getText())
                    .isEqualTo("I am caller " + i + ".");
            assertThat(talk.samples()).isEqualTo(NumberedVoice.samples(0, 6 * NumberedVoice.WORD));
            assertThat(talk.frames())
                    .extracting(AudioFrame::getSequence)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 60).boxed().toList());
        }
        assertThat(talks.stream()
                        .map(talk -> talk.all().get(0).getOpened().getSessionId())
                        .distinct())
                .hasSize(50);
        assertThat(engine.sessions()).isEqualTo(50);
        talks.forEach(Talk::close);
        for (Talk talk : talks) {
            assertThat(talk.end().isOk()).isTrue();
        }
        assertThat(engine.sessions()).isZero();
    }

    @Test
    void shouldGiveTheServersResponderTheCallersHeaders() throws InterruptedException {
        Metadata headers = new Metadata();
        headers.put(TENANT, "acme");
        Channel tenant = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        Talk talk = new Talk(tenant)
                .open(open -> open.setExternalSpeech(true)
                        .setResponder(Side.SIDE_SERVER)
                        .setInputSampleRate(8_000)
                        .setOutputSampleRate(16_000)
                        .putOptions("endpointing.minDelay", "300ms"));
        talk.speechStarted();
        talk.speechEnded(Duration.ofMillis(300));

        Event finished = talk.awaitEvent(Event.TypeCase.REPLY_FINISHED);
        assertThat(finished.getReplyFinished().getHeard()).isEqualTo("The server of acme answers.");
        assertThat(talk.all().get(0).getOpened().getOutputSampleRate()).isEqualTo(16_000);
        assertThat(talk.frames())
                .hasSize(50)
                .allSatisfy(frame -> assertThat(frame.getAudio().size()).isEqualTo(640));
        assertThat(callers).singleElement().satisfies(caller -> {
            assertThat(caller.options()).containsEntry("endpointing.minDelay", "300ms");
            assertThat(caller.remoteAddress()).asString().contains("127.0.0.1");
            // Headers may hold secrets.
            assertThat(caller).asString().doesNotContain("acme");
        });
        talk.halfClose();
        assertThat(talk.end().isOk()).isTrue();
    }

    @Test
    void shouldEndSessionsOfClientsThatVanish() throws InterruptedException {
        ManagedChannel doomed = channel();
        List<Talk> talks = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            talks.add(new Talk(doomed).open(open -> {}));
        }
        Talk survivor = new Talk(channel).open(Talk::exact);
        survivor.say("one two three four five.");
        for (Talk talk : talks) {
            talk.say("one two three four five six seven eight nine ten.");
            talk.awaitEvent(Event.TypeCase.FIRST_AUDIO);
        }
        doomed.shutdownNow();

        await("the sessions are gone", () -> engine.sessions() == 1);
        survivor.awaitEvent(Event.TypeCase.REPLY_FINISHED);
        assertThat(survivor.samples()).isEqualTo(NumberedVoice.samples(0, 5 * NumberedVoice.WORD));
    }

    @Test
    void shouldNotBeHeldUpByClientsThatDoNotRead() throws InterruptedException {
        List<Talk> deaf = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Talk talk = new Talk(channel, answer -> {}, 1).open(open -> {});
            talk.say("word ".repeat(500));
            deaf.add(talk);
        }
        Talk fine = new Talk(channel).open(open -> {});
        fine.say("one two three.");
        Event finished = fine.awaitEvent(Event.TypeCase.REPLY_FINISHED);

        assertThat(finished.getReplyFinished().getHeard()).isEqualTo("one two three.");
        assertThat(deaf).allSatisfy(talk -> assertThat(talk.all()).hasSizeLessThan(2));
        deaf.forEach(Talk::cancel);
        await("their sessions are gone", () -> engine.sessions() == 1);
    }

    /** An engine also takes paths. */
    @Test
    void shouldOpenListedVoicesOnly() throws InterruptedException {
        for (String voice : List.of("other", "../voices/x.onnx", "/etc/passwd")) {
            Talk talk = new Talk(channel).open(open -> open.putOptions("voice.name", voice));
            Status status = talk.end();
            assertThat(status.getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(status.getDescription()).startsWith("voice.name=" + voice + ": there is no such voice");
        }
    }

    @Test
    void shouldSayWhatIsWrongInOneShortLine() throws InterruptedException {
        Talk talk = new Talk(channel).open(open -> open.putOptions("no\nsuch", "x".repeat(100_000)));

        Status status = talk.end();
        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).startsWith("no?such=xxx").hasSizeLessThan(1_100);
    }

    /** What no client of the messages could send. */
    @Test
    void shouldEndTheSessionWhenAMessageCannotBeRead() throws InterruptedException {
        Talk other = new Talk(channel).open(open -> {});
        other.awaitEvent(Event.TypeCase.STATE);
        MethodDescriptor.Marshaller<byte[]> bytes = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                return new byte[0];
            }
        };
        MethodDescriptor<byte[], byte[]> method =
                DuplexVoiceGrpc.getConverseMethod().toBuilder(bytes, bytes).build();
        BlockingQueue<Status> ended = new LinkedBlockingQueue<>();
        ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        ended.add(status);
                    }
                },
                new Metadata());
        call.request(100);
        call.sendMessage(ConverseRequest.newBuilder()
                .setOpen(Open.getDefaultInstance())
                .build()
                .toByteArray());
        await("the session is open", () -> engine.sessions() == 2);
        // A Say whose text is no UTF-8.
        call.sendMessage(new byte[] {0x1a, 0x03, 0x0a, 0x01, (byte) 0xff});

        assertThat(ended.poll(Talk.PATIENCE_SECONDS, TimeUnit.SECONDS).getCode())
                .isEqualTo(Status.Code.INTERNAL);
        await("the session is gone", () -> engine.sessions() == 1);
        assertThat(other.status()).isNull();
    }

    @Test
    void shouldTellWhenTheEngineIsClosed() throws InterruptedException {
        Talk talk = new Talk(channel).open(open -> {});
        talk.awaitEvent(Event.TypeCase.STATE);
        engine.close();

        assertThat(talk.end().isOk()).isTrue();
        assertThat(talk.events())
                .last()
                .satisfies(event -> assertThat(event.getClosed().getReason()).isEqualTo("engine_closed"));
        Talk late = new Talk(channel).open(open -> {});
        assertThat(late.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void shouldEndTheSessionWhenAMessageIsTooLarge() throws InterruptedException {
        Talk talk = new Talk(channel).open(open -> {});
        talk.awaitEvent(Event.TypeCase.STATE);
        talk.say("x".repeat(2 << 20));

        // gRPC itself refuses it.
        assertThat(talk.end().getCode()).isIn(Status.Code.CANCELLED, Status.Code.RESOURCE_EXHAUSTED);
        await("the session is gone", () -> engine.sessions() == 0);
    }
}
