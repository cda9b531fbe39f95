package dev.duplexvoice.grpc;

import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.grpc.proto.tts.AudioFrame;
import dev.duplexvoice.grpc.proto.tts.ControlCommand;
import dev.duplexvoice.grpc.proto.tts.ControlRequest;
import dev.duplexvoice.grpc.proto.tts.ControlResponse;
import dev.duplexvoice.grpc.proto.tts.EndSessionRequest;
import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.proto.tts.TextChunk;
import dev.duplexvoice.model.ModelWarmUp;
import dev.duplexvoice.telemetry.VoiceTelemetry;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A worker on this machine's network with a client of bare messages. */
final class Loopback implements AutoCloseable {
    static final int PATIENCE_SECONDS = 20;

    /** How far the worker's clock is ahead. */
    final AtomicLong time = new AtomicLong();

    final SteppedVoice voices = new SteppedVoice();
    final VoiceEngine engine;
    final SpeechWorker worker;
    final ManagedChannel channel;

    Loopback() {
        this(builder -> builder);
    }

    Loopback(UnaryOperator<SpeechWorker.Builder> options) {
        this(VoiceTelemetry.disabled(), options);
    }

    Loopback(VoiceTelemetry telemetry) {
        this(telemetry, builder -> builder);
    }

    private Loopback(VoiceTelemetry telemetry, UnaryOperator<SpeechWorker.Builder> options) {
        engine = VoiceEngine.builder()
                .providers(List.of(voices))
                .voicePacks(List.of(voices))
                .voiceModels(models -> models.warmUp(ModelWarmUp.none()))
                .telemetry(telemetry)
                .build();
        worker = options.apply(SpeechWorker.builder(engine).port(0).clock(() -> System.nanoTime() + time.get()))
                .start();
        channel = NettyChannelBuilder.forTarget(target())
                .usePlaintext()
                .flowControlWindow(65_535)
                .build();
    }

    String target() {
        return "127.0.0.1:" + worker.port();
    }

    /** As when their time without use is over. */
    void forgetSessions() {
        time.addAndGet(TimeUnit.MINUTES.toNanos(10));
        worker.sweep();
        if (worker.stats().sessions() != 0) {
            throw new AssertionError(worker.stats());
        }
    }

    TTSServiceGrpc.TTSServiceBlockingStub stub() {
        return TTSServiceGrpc.newBlockingStub(channel).withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    void start(String session) {
        start(session, "");
    }

    void start(String session, String model) {
        stub().startSession(StartSessionRequest.newBuilder()
                .setSessionId(session)
                .setModelId(model)
                .build());
    }

    void end(String session) {
        stub().endSession(EndSessionRequest.newBuilder().setSessionId(session).build());
    }

    ControlResponse control(String session, ControlCommand command) {
        return stub().control(ControlRequest.newBuilder()
                .setSessionId(session)
                .setCommand(command)
                .build());
    }

    Speaking say(String session, String text) {
        Speaking speaking = speak(Integer.MAX_VALUE);
        speaking.send(session, text, true);
        return speaking;
    }

    /** @param initially frames that are taken before {@link Speaking#request} */
    Speaking speak(int initially) {
        Speaking speaking = new Speaking(initially);
        TTSServiceGrpc.newStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .synthesize(speaking);
        return speaking;
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("not within " + PATIENCE_SECONDS + " s: " + what);
            }
            Thread.sleep(2);
        }
    }

    static short[] samples(List<AudioFrame> frames) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frames.forEach(frame -> bytes.writeBytes(frame.getAudioData().toByteArray()));
        byte[] all = bytes.toByteArray();
        short[] samples = new short[all.length / 2];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (all[2 * i] & 0xff | all[2 * i + 1] << 8);
        }
        return samples;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        worker.close();
        engine.close();
    }

    /** A Synthesize and what came of it. */
    static final class Speaking implements ClientResponseObserver<TextChunk, AudioFrame> {
        private final int initially;
        private final BlockingQueue<Object> answers = new LinkedBlockingQueue<>();
        final List<AudioFrame> frames = new ArrayList<>();
        private ClientCallStreamObserver<TextChunk> out;
        private long sequence;

        Speaking(int initially) {
            this.initially = initially;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<TextChunk> call) {
            out = call;
            if (initially != Integer.MAX_VALUE) {
                call.disableAutoRequestWithInitial(initially);
            }
        }

        void send(String session, String text, boolean last) {
            send(TextChunk.newBuilder()
                    .setSessionId(session)
                    .setText(text)
                    .setIsFinal(last)
                    .setSequenceNumber(++sequence)
                    .build());
        }

        void send(TextChunk chunk) {
            out.onNext(chunk);
        }

        void close() {
            out.onCompleted();
        }

        void cancel() {
            out.cancel("enough", null);
        }

        void request(int count) {
            out.request(count);
        }

        @Override
        public void onNext(AudioFrame frame) {
            answers.add(frame);
        }

        @Override
        public void onError(Throwable failure) {
            answers.add(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            answers.add(Status.OK);
        }

        /** So many more frames. */
        List<AudioFrame> take(int count) throws InterruptedException {
            List<AudioFrame> taken = new ArrayList<>();
            while (taken.size() < count) {
                Object answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (!(answer instanceof AudioFrame frame)) {
                    throw new AssertionError("instead of frame " + (frames.size() + 1) + ": " + answer);
                }
                taken.add(frame);
                frames.add(frame);
            }
            return taken;
        }

        /** All frames there are without waiting. */
        int drain() {
            int before = frames.size();
            while (answers.peek() instanceof AudioFrame) {
                frames.add((AudioFrame) answers.remove());
            }
            return frames.size() - before;
        }

        /** The status at the end; the frames before it are kept. */
        Status end() throws InterruptedException {
            while (true) {
                Object answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (answer == null) {
                    throw new AssertionError("no end after " + frames.size() + " frames");
                }
                if (answer instanceof Status status) {
                    return status;
                }
                frames.add((AudioFrame) answer);
            }
        }
    }
}
