package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceException;
import dev.duplexvoice.benchmarks.cli.Times;
import dev.duplexvoice.benchmarks.worker.WorkerReport.PauseTimes;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.ControlResponse;
import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How long frames still come after a PAUSE was sent, to a client that takes them as fast as a real voice makes them, and how soon the
 * next text's first frame is there after a STOP.
 */
final class Pauses {
    private static final long SETTLE_NANOS = 20_000_000;
    private static final String SESSION = "s";

    private Pauses() {}

    static PauseTimes measure(int rounds, int warmUp, WorkerProcess worker, String voice) throws InterruptedException {
        PauseTimes times = new PauseTimes(new Times(), new Times(), new Times());
        ManagedChannel channel = NettyChannelBuilder.forTarget(worker.target())
                .usePlaintext()
                // As the remote voice has it.
                .flowControlWindow(65_535)
                .directExecutor()
                .build();
        try {
            TTSServiceGrpc.TTSServiceBlockingStub stub = TTSServiceGrpc.newBlockingStub(channel);
            stub.startSession(StartSessionRequest.newBuilder()
                    .setSessionId(SESSION)
                    .setModelId(voice)
                    .build());
            Random random = new Random(1);
            Hearing hearing = speak(channel);
            for (int i = -warmUp; i < rounds; i++) {
                hearing.awaitFirst();
                // Anywhere in the text.
                LockSupport.parkNanos(1_000_000 + random.nextInt(19_000_000));
                long sent = System.nanoTime();
                ControlResponse paused = control(stub, ControlCommand.PAUSE);
                long answered = System.nanoTime();
                LockSupport.parkNanos(SETTLE_NANOS);
                hearing.requireLast(paused);
                long last = Math.max(0, hearing.lastAt - sent);
                long stopped = System.nanoTime();
                control(stub, ControlCommand.STOP);
                hearing = speak(channel);
                hearing.awaitFirst();
                if (i >= 0) {
                    times.lastFrame().add(last);
                    times.reply().add(answered - sent);
                    times.next().add(hearing.firstAt - stopped);
                }
            }
            control(stub, ControlCommand.STOP);
            stub.endSession(EndSessionRequest.newBuilder().setSessionId(SESSION).build());
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
        return times;
    }

    private static ControlResponse control(TTSServiceGrpc.TTSServiceBlockingStub stub, ControlCommand command) {
        ControlResponse response = stub.control(ControlRequest.newBuilder()
                .setSessionId(SESSION)
                .setCommand(command)
                .build());
        if (!response.getSuccess()) {
            throw new VoiceException(VoiceException.Code.INTERNAL, command + " failed: " + response.getMessage());
        }
        return response;
    }

    private static Hearing speak(ManagedChannel channel) {
        Hearing hearing = new Hearing();
        StreamObserver<TextChunk> text = TTSServiceGrpc.newStub(channel).synthesize(hearing);
        text.onNext(TextChunk.newBuilder()
                .setSessionId(SESSION)
                .setText("One sentence after the other, and no end. ".repeat(40))
                .setIsFinal(true)
                .build());
        text.onCompleted();
        return hearing;
    }

    /** Takes frames as they come. */
    private static final class Hearing implements StreamObserver<AudioFrame> {
        private final CountDownLatch first = new CountDownLatch(1);
        private volatile long firstAt;
        private volatile long lastAt;
        private volatile long sequence;
        private volatile @Nullable Throwable failure;

        void awaitFirst() throws InterruptedException {
            if (!first.await(10, TimeUnit.SECONDS) || failure != null) {
                throw new VoiceException(VoiceException.Code.INTERNAL, "the worker did not speak", failure);
            }
        }

        /** A frame after the answer would make what was measured wrong. */
        void requireLast(ControlResponse paused) {
            if (!paused.getMessage().startsWith("paused after frame " + sequence + ",")) {
                throw new VoiceException(
                        VoiceException.Code.INTERNAL, "frame " + sequence + " came, but " + paused.getMessage());
            }
        }

        @Override
        public void onNext(AudioFrame frame) {
            if (frame.getAudioData().isEmpty()) {
                return;
            }
            lastAt = System.nanoTime();
            sequence = frame.getSequenceNumber();
            if (sequence == 1) {
                firstAt = lastAt;
                first.countDown();
            }
        }

        @Override
        public void onError(Throwable why) {
            failure = why;
            first.countDown();
        }

        @Override
        public void onCompleted() {
            first.countDown();
        }
    }
}
