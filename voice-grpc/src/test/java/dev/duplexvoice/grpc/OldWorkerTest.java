package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.EndSessionResponse;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionResponse;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import dev.duplexvoice.tts.SpeechSynthesizerContract.Reader;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that know nothing of what was added to the protocol. */
@Timeout(60)
class OldWorkerTest {
    private Server server;
    private ManagedChannel channel;

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    /** A worker that answers each text with these frames. */
    private RemoteSynthesizer worker(Consumer<StreamObserver<AudioFrame>> frames) throws IOException {
        String name = InProcessServerBuilder.generateName();
        server = InProcessServerBuilder.forName(name)
                .addService(new TTSServiceGrpc.TTSServiceImplBase() {
                    @Override
                    public void startSession(StartSessionRequest request, StreamObserver<StartSessionResponse> out) {
                        out.onNext(StartSessionResponse.newBuilder()
                                .setSuccess(!request.getModelId().equals("refused"))
                                .setMessage("no such voice here")
                                .build());
                        out.onCompleted();
                    }

                    @Override
                    public void endSession(EndSessionRequest request, StreamObserver<EndSessionResponse> out) {
                        out.onNext(
                                EndSessionResponse.newBuilder().setSuccess(true).build());
                        out.onCompleted();
                    }

                    @Override
                    public StreamObserver<TextChunk> synthesize(StreamObserver<AudioFrame> out) {
                        return new StreamObserver<>() {
                            @Override
                            public void onNext(TextChunk chunk) {
                                assertThat(chunk.getIsFinal()).isTrue();
                                frames.accept(out);
                            }

                            @Override
                            public void onError(Throwable failure) {}

                            @Override
                            public void onCompleted() {}
                        };
                    }
                })
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
        return RemoteSynthesizer.builder(channel, "old").attempts(1).build();
    }

    private static AudioFrame.Builder frame(int... bytes) {
        byte[] audio = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            audio[i] = (byte) bytes[i];
        }
        return AudioFrame.newBuilder()
                .setAudioData(ByteString.copyFrom(audio))
                .setSampleRate(48_000)
                .setFrameDurationMs(20);
    }

    @Test
    void shouldSpeakWithoutWordTimes() throws Exception {
        try (RemoteSynthesizer voice = worker(out -> {
                    out.onNext(frame(1, 0, 0, 128).setSequenceNumber(1).build());
                    out.onNext(frame(255, 127)
                            .setSequenceNumber(2)
                            .setIsFinal(true)
                            .build());
                    out.onCompleted();
                });
                Reader reader = new Reader(voice, "Hello.")) {
            assertThat(reader.all(2)).containsExactly(1, Short.MIN_VALUE, Short.MAX_VALUE);
            assertThat(reader.stream.words()).isEqualTo(List.of());
        }
    }

    @Test
    void shouldTakeAnEmptyEndMarker() throws Exception {
        try (RemoteSynthesizer voice = worker(out -> {
                    out.onNext(frame(1, 0).build());
                    out.onNext(frame().setIsFinal(true).build());
                    out.onCompleted();
                });
                Reader reader = new Reader(voice, "Hello.")) {
            assertThat(reader.all(2)).containsExactly((short) 1);
        }
    }

    @Test
    void shouldFailWhenSomethingMayBeMissing() throws Exception {
        assertFailure("ended without a last frame", out -> {
            out.onNext(frame(1, 0).build());
            out.onCompleted();
        });
    }

    @Test
    void shouldFailWhenTheAudioHasAnotherRate() throws Exception {
        assertFailure("sample_rate=22050, asked for were 48000", out -> {
            out.onNext(frame(1, 0).setSampleRate(22_050).build());
            out.onCompleted();
        });
    }

    @Test
    void shouldFailWhenAFrameEndsWithinASample() throws Exception {
        assertFailure("a frame of 3 bytes", out -> {
            out.onNext(frame(1, 0, 2).build());
            out.onCompleted();
        });
    }

    private void assertFailure(String message, Consumer<StreamObserver<AudioFrame>> frames) throws Exception {
        try (RemoteSynthesizer voice = worker(frames);
                Reader reader = new Reader(voice, "Hello.")) {
            assertThatThrownBy(() -> reader.all(100))
                    .hasMessageContaining("worker old failed")
                    .hasMessageContaining(message);
        }
    }

    @Test
    void shouldFailWhenTheSessionIsRefused() throws Exception {
        worker(out -> {}).close();
        try (RemoteSynthesizer voice = RemoteSynthesizer.builder(channel, "old")
                        .voice("refused")
                        .attempts(1)
                        .build();
                Reader reader = new Reader(voice, "Hello.")) {
            assertThatThrownBy(() -> reader.all(100)).hasMessageContaining("no such voice here");
        }
    }
}
