package dev.duplexvoice.grpc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionResponse;
import dev.duplexvoice.grpc.proto.tts.WordTime;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import dev.duplexvoice.tts.SynthesisRequest;
import dev.duplexvoice.tts.SynthesisStream;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A remote voice's calls in an order that a network gives once in a thousand times. */
class RemoteCallsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final RemoteSettings settings =
            new RemoteSettings("there", "", 48_000, 4, 1, Duration.ZERO, LONG, LONG, LONG);
    private final List<String> started = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final List<Runnable> timed = new ArrayList<>();
    private final Answering channel = new Answering();
    private final RemoteSessions sessions = new RemoteSessions(settings, List.of(channel), Runnable::run);
    /** Runs nothing by itself. */
    private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1) {
        @Override
        public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            ScheduledFuture<?> later = super.schedule(() -> {}, 1, TimeUnit.DAYS);
            timed.add(() -> {
                if (!later.isCancelled()) {
                    command.run();
                }
            });
            return later;
        }
    };

    /** Starts and ends sessions; what is synthesised is the test's to answer, even after a cancel. */
    private final class Answering extends Channel {
        private ClientCall.Listener<AudioFrame> synthesis;

        @Override
        public String authority() {
            return "there";
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            return new ClientCall<>() {
                private Listener<R> listener;

                @Override
                @SuppressWarnings("unchecked")
                public void start(Listener<R> to, Metadata headers) {
                    listener = to;
                    if ("Synthesize".equals(method.getBareMethodName())) {
                        synthesis = (Listener<AudioFrame>) to;
                    }
                }

                @Override
                public void request(int count) {}

                @Override
                public void cancel(String message, Throwable cause) {}

                @Override
                public void halfClose() {}

                @Override
                @SuppressWarnings("unchecked")
                public void sendMessage(Q message) {
                    if (message instanceof StartSessionRequest start) {
                        started.add(start.getSessionId());
                        listener.onMessage((R) StartSessionResponse.newBuilder()
                                .setSuccess(true)
                                .build());
                        listener.onClose(Status.OK, new Metadata());
                    } else if (message instanceof EndSessionRequest end) {
                        ended.add(end.getSessionId());
                    }
                }
            };
        }
    }

    @AfterEach
    void stop() {
        timers.shutdownNow();
    }

    private RemoteStream speak() {
        RemoteStream stream = new RemoteStream(
                settings, sessions, timers, SynthesisRequest.of("One."), () -> {}, VoiceTelemetry.disabled(), () -> {});
        stream.begin();
        return stream;
    }

    private static AudioFrame frame(int bytes, boolean last) {
        return AudioFrame.newBuilder()
                .setAudioData(ByteString.copyFrom(new byte[bytes]))
                .setSampleRate(48_000)
                .setIsFinal(last)
                .build();
    }

    private static int read(SynthesisStream stream) {
        return stream.read(new short[100], 0, 100);
    }

    @Test
    void shouldTakeAnAnswerThatEndsWellThoughItWasGivenUpAtThatMoment() {
        RemoteStream stream = speak();
        channel.synthesis.onMessage(frame(20, true));
        assertThat(read(stream)).isEqualTo(10);
        assertThat(read(stream)).as("its end has not come").isZero();
        timed.remove(0).run();

        channel.synthesis.onClose(Status.OK, new Metadata());

        assertThat(read(stream)).isEqualTo(SynthesisStream.END);
        assertThat(sessions.free()).isEqualTo(1);
        assertThat(ended).isEmpty();
        stream.close();
    }

    @Test
    void shouldFailWhenItIsGivenUpBeforeTheLastFrame() {
        RemoteStream stream = speak();
        channel.synthesis.onMessage(frame(20, false));
        assertThat(read(stream)).isEqualTo(10);
        assertThat(read(stream)).isZero();
        timed.remove(0).run();
        channel.synthesis.onMessage(frame(20, true));
        channel.synthesis.onClose(Status.OK, new Metadata());

        assertThatThrownBy(() -> read(stream)).hasMessageContaining("no audio for 60000 ms");
        assertThat(ended).hasSize(1);
        stream.close();
    }

    @Test
    void shouldFailWhenAFrameCannotBeUsedThoughTheLastOneHasCome() {
        RemoteStream stream = speak();
        channel.synthesis.onMessage(frame(20, true));
        channel.synthesis.onMessage(frame(3, false));
        channel.synthesis.onClose(Status.OK, new Metadata());

        assertThat(read(stream)).isEqualTo(10);
        assertThatThrownBy(() -> read(stream)).hasMessageContaining("a frame of 3 bytes");
        stream.close();
    }

    @Test
    void shouldGiveUpAWorkerThatSendsNothingButFramesWithoutAudio() {
        RemoteStream stream = speak();
        assertThat(read(stream)).isZero();
        channel.synthesis.onMessage(frame(0, false));
        timed.remove(0).run();
        channel.synthesis.onClose(Status.CANCELLED, new Metadata());

        assertThatThrownBy(() -> read(stream)).hasMessageContaining("no audio for 60000 ms");
        stream.close();
    }

    @Test
    void shouldWaitAnewAfterEachFrameWithAudio() {
        RemoteStream stream = speak();
        assertThat(read(stream)).isZero();
        channel.synthesis.onMessage(frame(20, false));
        assertThat(read(stream)).isEqualTo(10);
        assertThat(read(stream)).isZero();
        timed.remove(0).run();
        channel.synthesis.onMessage(frame(20, true));
        channel.synthesis.onClose(Status.OK, new Metadata());

        assertThat(read(stream)).as("what was waited for has come").isEqualTo(10);
        assertThat(read(stream)).isEqualTo(SynthesisStream.END);
        stream.close();
    }

    @Test
    void shouldKeepNoMoreWordsThanTheTextHasCharacters() {
        RemoteStream stream = speak();
        for (int i = 0; i < 3; i++) {
            channel.synthesis.onMessage(frame(20, false).toBuilder()
                    .addWords(WordTime.newBuilder().setEndSample(10).setTextEnd(3))
                    .addWords(WordTime.newBuilder().setEndSample(10).setTextEnd(3))
                    .build());
        }

        assertThat(stream.words()).hasSize("One.".length());
        stream.close();
    }

    @Test
    void shouldEndTheSessionsThatItForgets() {
        sessions.prepare(1, 1);
        sessions.prepare(2, 1);
        assertThat(sessions.free()).isEqualTo(2);

        sessions.forgetFree();

        assertThat(sessions.free()).isZero();
        assertThat(ended).containsExactlyInAnyOrderElementsOf(started).hasSize(2);
    }
}
