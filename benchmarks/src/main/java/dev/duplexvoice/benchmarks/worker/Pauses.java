package dev.duplexvoice.benchmarks.worker;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.SpeechWorker;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** How long frames still come after a PAUSE was sent, to a client that takes them as fast as a real voice makes them. */
final class Pauses {
    private static final long RUN_NANOS = 3_000_000;
    private static final long SETTLE_NANOS = 20_000_000;

    final Sample lastFrame;
    final Sample reply;

    Pauses(int rounds) throws InterruptedException {
        long[] last = new long[rounds];
        long[] answered = new long[rounds];
        try (VoiceEngine engine = VoiceEngine.create();
                SpeechWorker worker = SpeechWorker.builder(engine).port(0).start()) {
            ManagedChannel channel = NettyChannelBuilder.forTarget("127.0.0.1:" + worker.port())
                    .usePlaintext()
                    // As the remote voice has it.
                    .flowControlWindow(65_535)
                    .build();
            try {
                TTSServiceGrpc.TTSServiceBlockingStub stub = TTSServiceGrpc.newBlockingStub(channel);
                stub.startSession(
                        StartSessionRequest.newBuilder().setSessionId("s").build());
                for (int i = 0; i < rounds; i++) {
                    AtomicLong arrived = new AtomicLong();
                    speak(channel, arrived);
                    while (arrived.get() == 0) {
                        Thread.onSpinWait();
                    }
                    LockSupport.parkNanos(RUN_NANOS);
                    long sent = System.nanoTime();
                    control(stub, ControlCommand.PAUSE);
                    answered[i] = System.nanoTime() - sent;
                    LockSupport.parkNanos(SETTLE_NANOS);
                    last[i] = Math.max(0, arrived.get() - sent);
                    control(stub, ControlCommand.STOP);
                }
            } finally {
                channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
        }
        lastFrame = new Sample(last);
        reply = new Sample(answered);
    }

    private static void control(TTSServiceGrpc.TTSServiceBlockingStub stub, ControlCommand command) {
        stub.control(ControlRequest.newBuilder()
                .setSessionId("s")
                .setCommand(command)
                .build());
    }

    private static void speak(ManagedChannel channel, AtomicLong arrived) {
        StreamObserver<TextChunk> text = TTSServiceGrpc.newStub(channel).synthesize(new StreamObserver<>() {
            @Override
            public void onNext(AudioFrame frame) {
                if (!frame.getIsFinal()) {
                    arrived.set(System.nanoTime());
                }
            }

            @Override
            public void onError(Throwable failure) {
                throw new IllegalStateException(failure);
            }

            @Override
            public void onCompleted() {}
        });
        text.onNext(TextChunk.newBuilder()
                .setSessionId("s")
                .setText("One sentence after the other, and no end. ".repeat(40))
                .setIsFinal(true)
                .build());
        text.onCompleted();
    }
}
